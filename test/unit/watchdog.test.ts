import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Watchdog } from '../../src/providers/supervisor/watchdog.ts';

test('a watchdog that ends at once is replaced after a while, and not once it is dismissed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tool-test-'));
  mkdirSync(join(root, 'libexec'));
  writeFileSync(join(root, 'libexec/serve-watchdog'), `printf x >>'${root}/started'\n`);
  const started = () => readFileSync(join(root, 'started'), 'utf8').length;
  /** Not by `expect.poll`, which has time pass. */
  const ended = async () => {
    while (vi.getTimerCount() === 0) await new Promise((done) => setImmediate(done));
  };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const watchdog = new Watchdog(root, 'mark');
    await ended();
    expect(started()).toBe(1);
    vi.advanceTimersByTime(999);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(vi.getTimerCount()).toBe(0);
    await ended();
    expect(started()).toBe(2);
    watchdog.dismiss();
    vi.advanceTimersByTime(1000);
    expect(vi.getTimerCount()).toBe(0);
    expect(started()).toBe(2);
  } finally {
    vi.useRealTimers();
    rmSync(root, { recursive: true });
  }
});
