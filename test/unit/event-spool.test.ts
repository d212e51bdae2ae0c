import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { spoolEvent } from '../../src/home/event-spool.ts';
import { spoolOf } from '../../src/home/spool-path.ts';
import { Spool } from '../../src/providers/events/spool.ts';
import { readSpooled } from '../../src/providers/events/spooled.ts';
import { identify } from '../../src/system/processes.ts';
import { until } from '../support/providers.ts';
import { PACKAGE, quoted, SHELLS } from '../support/sandbox.ts';

const SPOOL = join(PACKAGE, 'libexec/spool');

let home: string;
let spool: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tool-test-'));
  spool = spoolOf(home);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A reader of the spool, and what it was told. */
function reading() {
  const events: string[] = [];
  const objects: unknown[] = [];
  const lost: [number, string][] = [];
  const reader = new Spool(spool, {
    onEvent: ({ event, hops }) => {
      events.push(`${event.Type}.${event.Action}.${event.Key} ${hops}`);
      objects.push(event.Object);
    },
    onLost: (count, why) => lost.push([count, why]),
  });
  return { reader, events, objects, lost, [Symbol.asyncDispose]: () => reader.close() };
}

/** Puts a trigger into the spool as a listener does. */
const put = (shell: readonly string[], words: readonly (string | Buffer)[], env: Record<string, string> = {}, from = SPOOL) => {
  const call = [spool, 'trigger', 'ada', 'key', '', ...words].flatMap((word) => [Buffer.from(' '), quoted(word)]);
  const script = Buffer.concat([Buffer.from(`tool_spool_script=${from}\n. "$tool_spool_script"\ntool_spool_put`), ...call, Buffer.from('\necho went on\n')]);
  const [file = '', ...args] = shell;
  return spawnSync(file, args, { input: script, env: { PATH: process.env.PATH ?? '', ...env }, encoding: 'latin1' });
};
const WENT_ON = { stdout: 'went on\n', stderr: '', status: 0 };
const names = () => readdirSync(spool).filter((name) => !name.startsWith('.'));

describe.each(Object.entries(SHELLS))('%s', (_, shell) => {
  test('what a trigger was given arrives as it was, whatever bytes it is', async () => {
    await using found = reading();
    await found.reader.open();
    const words = ['', 'a b', "it's", '"\\n', 'line\nline\r\t\u0001\u007f', '$(id)`id`', '%s\\0', '-n', '*', 'ä€😀'];
    expect(put(shell, ['post-deploy', ...words, Buffer.from([0x61, 0xff, 0xfe, 0x62])], { TOOL_EVENT_HOPS: '3' })).toMatchObject(WENT_ON);
    await until(
      () => found.events,
      ({ length }) => length === 1,
    );
    expect(found.events).toEqual(['triggers.fire.post-deploy 3']);
    expect(found.objects).toEqual([{ Trigger: 'post-deploy', Args: [...words, 'a\ufffd\ufffdb'] }]);
    expect([names(), found.lost]).toEqual([[], []]);
  });

  test('nothing is written where nobody reads: no spool, no supervisor, one that has ended, another process of its number', async () => {
    expect(put(shell, ['x'])).toMatchObject(WENT_ON);
    expect(existsSync(join(home, 'data'))).toBe(false);
    mkdirSync(spool, { recursive: true });
    expect(put(shell, ['x'])).toMatchObject(WENT_ON);
    execFileSync('mkfifo', [join(spool, '.reader')]);
    expect(put(shell, ['x'])).toMatchObject(WENT_ON);
    spoolEvent(spool, () => ({ type: 'a', action: 'b', key: 'c', object: null }));
    rmSync(join(spool, '.reader'));
    for (const reader of ['999999999 1', `${process.pid} 1`, '', 'x', '../self 1']) {
      writeFileSync(join(spool, '.reader'), `${reader}\n`);
      expect(put(shell, ['x'])).toMatchObject(WENT_ON);
      spoolEvent(spool, () => ({ type: 'a', action: 'b', key: 'c', object: null }));
    }
    expect(names()).toEqual([]);
  });

  test('a spool that is full takes no more, and the reader is told how many were left out', async () => {
    await using found = reading();
    mkdirSync(spool, { recursive: true });
    await found.reader.open();
    // As when the reader hangs.
    const many = spawnSync('sh', ['-c', `cd "$1" && for n in $(seq 10000); do : >"$n"; done`, 'sh', spool]);
    expect(many.status).toBe(0);
    for (let count = 0; count < 3; count++) expect(put(shell, ['late'])).toMatchObject(WENT_ON);
    spoolEvent(spool, () => ({ type: 'a', action: 'b', key: 'c', object: null }));
    expect(names()).toHaveLength(10_000);
    await until(
      () => found.lost,
      ({ length }) => length > 0,
    );
    expect(found.lost.reduce((sum, [count]) => sum + count, 0)).toBe(4);
    expect(found.lost[0]?.[1]).toBe('the spool was full');
    execFileSync('find', [spool, '-name', '[0-9]*', '-delete']);
  });
});

test('Node puts events there too, with the hops of its environment, and they are taken in their order', async () => {
  await using found = reading();
  await found.reader.open();
  expect([readFileSync(join(spool, '.reader'), 'utf8').split(' ')[0], lstatSync(spool).mode & 0o777]).toEqual([String(process.pid), 0o700]);
  const keys = Array.from({ length: 300 }, (_, index) => `k.${index}`);
  for (const key of keys) spoolEvent(spool, () => ({ type: 'machines', action: 'update', key, object: { key } }), { TOOL_EVENT_HOPS: '2' });
  await found.reader.drain();
  expect(found.events).toEqual(keys.map((key) => `machines.update.${key} 2`));
  expect(names()).toEqual([]);
});

/** Has so many processes put a trigger into the spool, each with its number: at once, or one after another. @returns the numbers as they are told of */
async function numbersOf(count: number, how: '&' | ';') {
  await using found = reading();
  await found.reader.open();
  const one = '. "$1"; tool_spool_put "$2" trigger u n "" t "$3"';
  const script = `n=0; while [ $n -lt "$3" ]; do n=$((n + 1)); sh -c '${one}' sh "$1" "$2" "$n" ${how} done; wait`;
  await new Promise((done) => spawn('sh', ['-c', script, 'sh', SPOOL, spool, String(count)], { stdio: 'inherit' }).on('close', done));
  await until(
    () => found.objects.length,
    (length) => length === count,
  );
  expect(found.lost).toEqual([]);
  return found.objects.map((object) => Number((object as { Args: string[] }).Args[0]));
}
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
/** A thousand in `make soak`. */
const MANY = process.env.CASES === 'all' ? 1000 : 60;

test('many writers at once lose nothing', async () => {
  expect((await numbersOf(MANY, '&')).sort((a, b) => a - b)).toEqual(numbers(MANY));
});

test('what is put there one after another is told of in that order', async () => {
  expect(await numbersOf(MANY, ';')).toEqual(numbers(MANY));
});

test('what is no event is removed and told of; what is not whole yet is waited for', async () => {
  await using found = reading();
  await found.reader.open();
  const whole = '1\x003\x000\x00trigger\x00x\x00';
  mkdirSync(join(spool, 'folder/below'), { recursive: true });
  symlinkSync('/etc/passwd', join(spool, 'link'));
  execFileSync('mkfifo', [join(spool, 'pipe')]);
  writeFileSync(join(spool, 'garbage'), 'hello\x00');
  writeFileSync(join(spool, 'newer'), whole.replace('1', '2'));
  writeFileSync(join(spool, 'long'), Buffer.alloc((8 << 20) + 1));
  writeFileSync(join(spool, 'deep'), `1\x003\x000\x00event\x00{"Type":"a","Action":"b","Object":${'['.repeat(50_000)}${']'.repeat(50_000)}}\x00`);
  writeFileSync(join(spool, 'half'), whole.slice(0, 9));
  await until(
    () => found.lost,
    ({ length }) => length === 6,
  );
  expect(found.lost.map(([count, why]) => `${count} ${why}`).sort()).toEqual([
    '1 the file folder in the spool is no file',
    '1 the file garbage in the spool is no event',
    '1 the file link in the spool cannot be read (ELOOP)',
    '1 the file long in the spool is longer than 8388608 bytes',
    '1 the file newer in the spool is no event',
    '1 the file pipe in the spool is no file',
  ]);
  // It is JSON, and the hub refuses what it cannot write.
  expect([found.events, names()]).toEqual([['a.b. 0'], ['half']]);
  expect(existsSync('/etc/passwd')).toBe(true);
  writeFileSync(join(spool, 'half'), '1\x006\x000\x00trigger\x00u\x00n\x00\x00later\x00');
  await until(
    () => found.events,
    ({ length }) => length === 2,
  );
  expect(found.events[1]).toBe('triggers.fire.later 0');
});

test('a link in place of the spool is replaced by the reader, and no writer follows it', async () => {
  mkdirSync(join(home, 'elsewhere'));
  mkdirSync(join(home, 'data/provider'), { recursive: true });
  symlinkSync(join(home, 'elsewhere'), spool);
  await using found = reading();
  await found.reader.open();
  expect(lstatSync(spool).isDirectory()).toBe(true);
  rmSync(spool, { recursive: true });
  symlinkSync(join(home, 'elsewhere'), spool);
  const stat = readFileSync('/proc/self/stat', 'utf8');
  writeFileSync(join(home, 'elsewhere/.reader'), `${process.pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}\n`);
  for (const shell of Object.values(SHELLS)) expect(put(shell, ['x'])).toMatchObject(WENT_ON);
  spoolEvent(spool, () => ({ type: 'a', action: 'b', key: 'c', object: null }));
  expect(readdirSync(join(home, 'elsewhere'))).toEqual(['.reader']);
});

test('events that an earlier reader left are taken when the next begins, oldest first', async () => {
  mkdirSync(spool, { recursive: true });
  for (const key of ['z', 'y']) {
    writeFileSync(join(spool, key), `1\x006\x000\x00trigger\x00u\x00n\x00\x00${key}\x00`);
    await new Promise((done) => setTimeout(done, 20));
  }
  await using found = reading();
  await found.reader.open();
  expect(found.events).toEqual(['triggers.fire.z 0', 'triggers.fire.y 0']);
});

test('a file is read whole or not at all, wherever it is cut', () => {
  const whole = Buffer.from('1\x008\x004\x00command\x00ada\x00\x00\x00\x00apps:create\x00web\x00');
  for (let length = 0; length < whole.length; length++) expect(readSpooled(whole.subarray(0, length), 'now')).toBe('unfinished');
  expect(readSpooled(whole, 'now')).toEqual({
    event: {
      Time: 'now',
      Type: 'commands',
      Action: 'run',
      Key: 'apps:create',
      Principal: 'ada',
      Object: { Command: 'apps:create', Nested: false, Args: ['web'] },
      Original: null,
    },
    hops: 4,
  });
  for (const text of ['2\x001\x000\x00', '1\x00x\x000\x00', '1\x001\x000\x00more\x00', '1\x002\x000\x00nothing\x00', '1\x003\x000\x00event\x00{}\x00'])
    expect(readSpooled(Buffer.from(text), 'now')).toBe('damaged');
});

test.runIf(process.getuid?.() === 0)('root writes as the user whose the spool is, who sees nothing of its environment', async () => {
  const reader = spawn('setpriv', ['--reuid=65534', '--clear-groups', 'sleep', '60'], { stdio: 'ignore' });
  try {
    // The package is where that user can read it, which a checkout need not be.
    const copy = join(home, 'package/libexec/spool');
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(SPOOL, copy);
    execFileSync('chmod', ['-R', 'a+rX', home]);
    mkdirSync(spool, { recursive: true, mode: 0o711 });
    await until(
      () => execFileSync('ps', ['-o', 'uid=', '-p', String(reader.pid)], { encoding: 'utf8' }).trim(),
      (uid) => uid === '65534',
    );
    writeFileSync(join(spool, '.reader'), `${reader.pid} ${identify(Number(reader.pid))?.start}\n`);
    execFileSync('chown', ['-R', '65534', join(home, 'data')]);
    for (const shell of Object.values(SHELLS)) expect(put(shell, ['install'], { SECRET: 'x', TOOL_EVENT_HOPS: '2' }, copy)).toMatchObject(WENT_ON);
    spoolEvent(spool, () => ({ type: 'a', action: 'b', key: 'c', object: null }), {
      PATH: process.env.PATH,
      TOOL_PACKAGE: join(home, 'package'),
      TOOL_EVENT_HOPS: '2',
    });
    expect(names().map((name) => lstatSync(join(spool, name)).uid)).toEqual([65_534, 65_534, 65_534, 65_534]);
    await using found = reading();
    await found.reader.drain();
    expect(found.events).toEqual([...Array(3).fill('triggers.fire.install 2'), 'a.b.c 2']);
  } finally {
    reader.kill();
  }
});
