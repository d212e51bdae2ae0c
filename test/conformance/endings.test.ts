import { once } from 'node:events';
import { afterAll, describe, expect, test } from 'vitest';
import { fileOf, runEveryWay, runOneWay, type Way, watchNode } from '../support/routes.ts';
import { Sandbox, TOOL } from '../support/sandbox.ts';

const box = new Sandbox();
box.plugin('p', {
  'subcommands/exit': '#!/bin/sh\nexit "$2"\n',
  'subcommands/die': '#!/bin/sh\nulimit -c 0\nkill -s "$2" $$\nsleep 5\n',
  'subcommands/trap': '#!/bin/sh\ntrap \'printf "%s " "$1"; exit 7\' "$2"\necho ready\nwhile :; do sleep 0.02; done\n',
  'subcommands/wait': '#!/bin/sh\necho "$$"\nexec sleep 30\n',
  'subcommands/here': '#!/bin/sh\npwd -P\numask\nprintf "%s\\n" "$0"\n',
});
await watchNode(box);
afterAll(() => box[Symbol.dispose]());

const WAYS: readonly Way[] = ['direct', 'hot', 'node'];

/** Starts a command, waits for its first line, and sends the launcher's pid a signal. */
async function signalled(way: Way, word: string, signal: NodeJS.Signals): Promise<{ first: string; rest: string; pid: number; end: unknown[] }> {
  const argv = word === 'p:trap' ? [word, signal.slice(3)] : [word];
  const child = box.start(argv, { command: way === 'direct' ? fileOf(box, word) : TOOL, env: way === 'node' ? { TOOL_FAST: '0' } : {} });
  const closed = once(child, 'close');
  let rest = '';
  const [first] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  child.stdout?.on('data', (chunk: Buffer) => {
    rest += chunk.toString();
  });
  child.kill(signal);
  return { first: first.toString().trim(), rest, pid: child.pid ?? 0, end: [...(await closed), rest] };
}

describe.concurrent('exit status', () => {
  test.each([0, 1, 2, 10, 20, 70, 126, 127, 128, 130, 143, 255])('%i is what the caller sees', async (status) => {
    expect(await runEveryWay(box, { argv: ['p:exit', String(status)] })).toEqual({ stdout: '', stderr: '', status, signal: null });
  });
});

describe.concurrent('death by a signal', () => {
  test.each(['TERM', 'KILL', 'SEGV', 'INT', 'HUP', 'QUIT', 'PIPE', 'USR1', 'ABRT'])('%s of the plugin is what the caller sees', async (name) => {
    expect(await runEveryWay(box, { argv: ['p:die', name] })).toEqual({ stdout: '', stderr: '', status: null, signal: `SIG${name}` });
  });
});

describe.concurrent('a signal sent to the launcher', () => {
  test.each(WAYS)('is the plugin’s own, which has the launcher’s pid: %s', async (way) => {
    const { first, pid, end } = await signalled(way, 'p:wait', 'SIGTERM');
    expect({ first, end }).toEqual({ first: String(pid), end: [null, 'SIGTERM', ''] });
  });

  test.each(WAYS.flatMap((way) => (['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR1'] as const).map((signal) => [way, signal] as const)))(
    'can be trapped by the plugin: %s, %s',
    async (way, signal) => {
      expect(await signalled(way, 'p:trap', signal)).toMatchObject({ first: 'ready', end: [7, null, 'p:trap '] });
    },
  );
});

describe.concurrent('what a process carries besides', () => {
  test('directory and umask are the caller’s, $0 is the enabled path', async () => {
    const folder = `${box.root}/a folder; of $HOME's`;
    box.file(`a folder; of $HOME's/x`, '');
    const result = await runEveryWay(box, { argv: ['p:here'], cwd: folder, before: 'umask 0137' });
    expect(result).toEqual({ stdout: `${folder}\n0137\n${fileOf(box, 'p:here')}\n`, stderr: '', status: 0, signal: null });
  });

  test('a directory that is gone', async () => {
    const before = `mkdir -p '${box.root}'/gone.$$ && cd '${box.root}'/gone.$$ && rmdir '${box.root}'/gone.$$`;
    for (const way of WAYS) expect(await runOneWay(box, way, { argv: ['p:exit', '4'], before })).toMatchObject({ stdout: '', status: 4 });
  });
});
