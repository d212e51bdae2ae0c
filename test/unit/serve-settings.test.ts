import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveSettings } from '../../src/providers/supervisor/settings.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tool-test-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('settings of [serve] are durations, and what is not set has a default', () => {
  const defaults = serveSettings(home);
  writeFileSync(join(home, 'tool.toml'), '[serve]\nstart_timeout = "90s"\nrestart_delay = "2m"\n');
  expect(serveSettings(home)).toEqual({ ...defaults, startMs: 90_000, restartMs: 120_000 });
});

test.each(['start_time = "1s"', 'constructor = "1s"', '__proto__ = "1s"', 'toString = "1s"'])('%s is no setting', (line) => {
  writeFileSync(join(home, 'tool.toml'), `[serve]\n${line}\n`);
  expect(() => serveSettings(home)).toThrow(expect.objectContaining({ code: 'bad-settings', message: expect.stringContaining('which is no setting') }));
});

test('a setting that is no duration is refused', () => {
  writeFileSync(join(home, 'tool.toml'), '[serve]\nstop_timeout = true\n');
  expect(() => serveSettings(home)).toThrow(expect.objectContaining({ code: 'bad-settings', message: expect.stringContaining('is no duration') }));
});
