import { appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followLog, lastLines } from '../../src/providers/instances/read-log.ts';
import { InstanceLog } from '../../src/providers/supervisor/instance-log.ts';

let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tool-test-'));
  file = join(root, 'a.log');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a log is lines with a time and a level, for its owner alone, and is put aside when it is long', async () => {
  const log = new InstanceLog(file);
  log.write('info', 'one\ntwo\n');
  await log.flush();
  expect(readFileSync(file, 'utf8')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}one\n\S+ info {2}two\n$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  for (let part = 0; part < 14; part++) {
    log.write('info', `part ${part}\n${'x'.repeat(60_000)}\n`.repeat(20));
    await log.flush();
  }
  expect([file, `${file}.1`, `${file}.2`, `${file}.3`].map((one) => existsSync(one))).toEqual([true, true, true, false]);
  for (const one of [file, `${file}.1`, `${file}.2`]) expect(statSync(one).size).toBeLessThanOrEqual(5 << 20);
  expect(readFileSync(file, 'utf8')).toContain('part 13');
});

test('what comes faster than it is written is counted, and a line without an end is cut', async () => {
  const log = new InstanceLog(file);
  for (let line = 0; line < 4000; line++) log.write('debug', 'y'.repeat(1000));
  await log.flush();
  expect(readFileSync(file, 'utf8')).toMatch(/ warn {2}\d+ lines were left out, as there were too many\n$/);
  const stream = new PassThrough();
  const seen: number[] = [];
  log.follow(stream, 'out', (line) => seen.push(line.length));
  stream.end(Buffer.alloc(150 << 10, 'z'));
  await new Promise((done) => stream.on('close', done));
  expect(seen.slice(0, 2)).toEqual([64 << 10, 64 << 10]);
});

test('the last lines are found from the end, and what is added is followed, also in a file that is begun anew', async () => {
  expect(lastLines(file, 5)).toEqual({ lines: [], end: 0 });
  writeFileSync(file, `${Array.from({ length: 30_000 }, (_, line) => `line ${line}`).join('\n')}\n`);
  expect(lastLines(file, 2).lines).toEqual(['line 29998', 'line 29999']);
  expect(lastLines(file, 0).lines).toEqual([]);
  expect(lastLines(file, 40_000).lines).toHaveLength(30_000);
  const seen: string[] = [];
  const told = async (count: number) => {
    while (seen.length < count) await new Promise((done) => setTimeout(done, 20));
  };
  const following = followLog(file, lastLines(file, 0).end, (line) => seen.push(line));
  try {
    appendFileSync(file, 'half');
    appendFileSync(file, ' and half\n');
    await told(1);
    renameSync(file, `${file}.1`);
    writeFileSync(file, 'anew\n');
    await told(2);
    expect(seen).toEqual(['half and half', 'anew']);
  } finally {
    following.stop();
  }
});
