import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../support/providers.ts';
import { ending, Sandbox } from '../support/sandbox.ts';

/** A home whose supervisor runs, and is ended with it. */
class Watched extends Sandbox {
  static async served() {
    const home = new Watched();
    mkdirSync(join(home.root, 'run'), { mode: 0o700 });
    await home.run(['serve']);
    return home;
  }

  override get env() {
    return { ...super.env, XDG_RUNTIME_DIR: join(this.root, 'run') };
  }

  status = async () => JSON.parse((await this.run(['serve:status', '--json'])).stdout);

  /** Starts event:watch. @returns its end, once it is told of events */
  async watch(...words: string[]) {
    const before = (await this.status()).subscribers.length;
    const child = this.start(['event:watch', ...words]);
    const ended = ending(child);
    await until(
      async () => (await this.status()).subscribers.length,
      (length) => length > before,
    );
    return { child, ended };
  }

  async [Symbol.asyncDispose]() {
    await this.run(['serve:stop']);
    this[Symbol.dispose]();
  }
}

const line = (text: string) => ` !     ${text}\n`;
const parsed = (text: string) =>
  text
    .split('\n')
    .filter((one) => one !== '')
    .map((one) => JSON.parse(one));

test('an event that is published is seen by those whose filters it passes, as JSON and as text', async () => {
  await using home = await Watched.served();
  const json = await home.watch('deploys.*.web.eu', 'x', '--count', '2');
  const text = await home.watch('--format', 'text', '--count', '3');
  expect(await home.run(['event:publish', 'deploys.done.web.eu', '--object', '{"version": 3}'])).toEqual({
    stdout: '-----> deploys.done.web.eu published\n',
    stderr: '',
    status: 0,
    signal: null,
  });
  await home.run(['event:publish', 'log.error.web', '--object', '-'], { stdin: '{"Message":"it \\u001b[31mfailed\\n"}' });
  const { stdout } = await home.run(['event:publish', 'x.y', '--json']);
  const { published, last } = JSON.parse(stdout);
  const seen = await json.ended;
  expect(seen).toMatchObject({ stderr: '', status: 0 });
  expect(parsed(seen.stdout)).toEqual([
    expect.objectContaining({ Type: 'deploys', Action: 'done', Key: 'web.eu', Principal: 'owner', Object: { version: 3 }, Original: null }),
    expect.objectContaining({ Type: 'x', Action: 'y', Key: '', Id: last }),
  ]);
  expect(published).toBe(1);
  expect(await text.ended).toMatchObject({
    stdout: expect.stringMatching(
      /^\d\d:\d\d:\d\d\.\d{3} {2}deploys\.done\.web\.eu {2}\{"version":3\}\n[\d:.]+ {2}log\.error\.web {2}it failed\n[\d:.]+ {2}x\.y\.\n$/,
    ),
    status: 0,
  });
});

test('events come from standard input as they are written, up to one that is none', async () => {
  await using home = await Watched.served();
  const watching = await home.watch('--count', '4');
  const writing = home.start(['event:publish', '--stdin']);
  const written = ending(writing, '');
  expect(await written).toMatchObject({ stdout: '-----> 0 events published\n', status: 0 });
  const slowly = home.start(['event:publish', '--stdin', '--json']);
  const said: Buffer[] = [];
  slowly.stdout?.on('data', (chunk: Buffer) => said.push(chunk));
  slowly.stdin?.write('{"Type":"a","Action":"b","Key":"1"}\n\n{"type":"a","action":"b","key":"2","Id":"old"}\n{"Ty');
  await until(
    async () => (await home.status()).publishedEvents,
    (count) => count === 2,
  );
  slowly.stdin?.end('pe":"a","Action":"b","Key":"3"}');
  await once(slowly, 'close');
  expect(JSON.parse(String(Buffer.concat(said)))).toMatchObject({ published: 3 });
  const bad = await home.run(['event:publish', '--stdin'], {
    stdin: `{"Type":"a","Action":"b","Key":"4"}\nno JSON\n${'{"Type":"a","Action":"b"}\n'.repeat(50_000)}`,
  });
  expect(bad).toMatchObject({ stdout: '', stderr: line('line 2 is no JSON; the events before it were published: 1; correct it'), status: 2 });
  const events = parsed((await watching.ended).stdout);
  expect(events.map(({ Key }) => Key)).toEqual(['1', '2', '3', '4']);
  expect(events[1].Id).not.toBe('old');
});

test('who publishes many and waits loses none, however slow those are that read them', async () => {
  await using home = await Watched.served();
  const { child, ended } = await home.watch('--count', '20000');
  child.stdout?.pause();
  const stdin = Array.from({ length: 20_000 }, (_, index) => `{"Type":"n","Action":"m","Key":"${index}","Object":"${'x'.repeat(100)}"}\n`).join('');
  const publishing = home.run(['event:publish', '--stdin', '--wait'], { stdin });
  // It comes to wait for the reader, which then goes on.
  await until(
    async () => (await home.status()).publishedEvents,
    (count) => count > 1000,
  );
  child.stdout?.resume();
  expect(await publishing).toMatchObject({ stdout: '-----> 20000 events published\n', status: 0 });
  const keys = parsed((await ended).stdout).map(({ Key }) => Number(Key));
  expect(keys).toEqual(Array.from({ length: 20_000 }, (_, index) => index));
  expect((await home.status()).droppedEvents).toBe(0);
});

test('watching ends by a signal with 0, and says so when the supervisor ends or is killed', async () => {
  await using home = await Watched.served();
  const interrupted = await home.watch();
  interrupted.child.kill('SIGINT');
  expect(await interrupted.ended).toEqual({ stdout: '', stderr: '', status: 0, signal: null });
  const ended = await home.watch('--json');
  await home.run(['serve:stop']);
  const { stdout, stderr, status } = await ended.ended;
  expect({ stderr, status }).toEqual({ stderr: line('The supervisor has ended; start it with `tool serve`'), status: 69 });
  expect(parsed(stdout).at(-1)).toMatchObject({ error: { code: 'not-serving', status: 69 } });
  await home.run(['serve']);
  const cut = await home.watch();
  process.kill((await home.status()).pid, 'SIGKILL');
  expect(await cut.ended).toMatchObject({ stderr: line('The supervisor was killed, or cut the connection; start it with `tool serve`'), status: 69 });
});

test('what cannot be is refused in one line', async () => {
  await using home = await Watched.served();
  for (const [words, message] of [
    [
      ['event:watch', 'a..b'],
      '"a..b" is no filter of events: a part of it is empty; write it as TYPE.ACTION.KEY, such as plugins.*.incr or machines.create,delete',
    ],
    [['event:watch', '--count', '0'], '--count takes a number from 1, not "0"'],
    [['event:watch', '--format', 'yaml'], 'Invalid output format specified, supported formats: json, text'],
    [['event:publish'], 'An event is missing; give one like deploys.done.web, or --stdin to read some'],
    [['event:publish', 'a'], '"a" names no event; write it as TYPE.ACTION.KEY, such as deploys.done.web'],
    [['event:publish', 'a.b', '--object', 'text'], 'What --object gives is no JSON; a text has quotation marks: --object \'"text"\''],
    [['event:publish', 'a.b', '--stdin'], '--stdin reads whole events; leave out the other event, and --object'],
    [['event:publish', 'a.b', '--wait'], '--wait goes with --stdin; leave it out'],
  ] as const)
    expect([words, await home.run(words)]).toMatchObject([words, { stdout: '', stderr: expect.stringContaining(line(message)), status: 2 }]);
  await home.run(['serve:stop']);
  for (const words of [['event:watch'], ['event:publish', 'a.b'], ['event:publish', '--stdin']])
    expect(await home.run(words)).toMatchObject({ stdout: '', stderr: line('The supervisor does not run; start it with `tool serve`'), status: 69 });
});
