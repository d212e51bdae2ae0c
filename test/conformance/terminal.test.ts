import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { onPath, testNeeding } from '../support/needs.ts';
import { fileOf, nodeDecided, type Way, watchNode } from '../support/routes.ts';
import { PACKAGE, type RunOptions, Sandbox, SHELLS, type ShellName, TOOL } from '../support/sandbox.ts';

interface Session {
  readonly output: string;
  readonly status: number | null;
  readonly signal: string | null;
}

const INTERRUPT = '\x03';
const SUSPEND = '\x1a';
const QUIT = '\x1c';
const WAYS: readonly Way[] = ['direct', 'hot', 'node'];
// A shim in front of Python would be paid by every session.
const python = onPath('python3') ? execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim() : '';

const box = Sandbox.prepared();
box.plugin('p', {
  'subcommands/traps': '#!/bin/sh\ntrap "echo caught; exit 7" INT\necho ready\nwhile :; do sleep 0.02; done\n',
  'subcommands/waits': '#!/bin/sh\nulimit -c 0\necho ready\nexec sleep 30\n',
  'subcommands/looks': '#!/bin/sh\nfor fd in 0 1 2; do [ -t $fd ] && printf "%s " $fd; done\nstty size\ntty\n',
  'subcommands/asks': '#!/bin/sh\nprintf "name? "\nIFS= read -r name\nstty -echo\nprintf "secret? "\nread -r secret\nstty echo\necho "<$name> <$secret>"\n',
  'subcommands/counts': '#!/bin/sh\necho ready\nIFS= read -r line\necho "went on with $line"\n',
});
box.plugin('loop-a', {
  commands:
    '#!/bin/sh\ncase $1 in traps) trap "echo caught; exit 7" INT; echo ready; while :; do sleep 0.02; done ;; waits) echo ready; exec sleep 30 ;; calm) trap "" INT; echo ready; read -r x; echo "$x" ;; *) exit 10 ;; esac\n',
});
box.plugin('loop-b', { commands: '#!/bin/sh\ncase $1 in calm | traps | waits) echo second ;; *) exit 10 ;; esac\n' });
await watchNode(box);
afterAll(() => box[Symbol.dispose]());

async function session(steps: readonly (readonly [string, string])[], argv: readonly string[], options: RunOptions = {}): Promise<Session & { pid: number }> {
  const under = [python, join(PACKAGE, 'test/fixtures/terminal.py'), JSON.stringify(steps)];
  const { stdout, stderr, status } = await box.run(argv, { ...options, under });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return JSON.parse(stdout) as Session & { pid: number };
}

/** The same session all ways: what was on the screen and how it ended must be the same. */
async function everyWay(steps: readonly (readonly [string, string])[], word: string): Promise<Session> {
  const sessions = await Promise.all(
    WAYS.map(async (way) => {
      const options = { command: way === 'direct' ? fileOf(box, word) : TOOL, env: { TERM: 'dumb', ...(way === 'node' ? { TOOL_FAST: '0' } : {}) } };
      const { pid, ...rest } = await session(steps, [word], options);
      expect({ way, nodeDecided: nodeDecided(box, pid) }).toEqual({ way, nodeDecided: way === 'node' });
      return { ...rest, output: rest.output.replace(/\/dev\/pts\/\d+/, '/dev/pts/N') };
    }),
  );
  const [first, hot, node] = sessions as [Session, Session, Session];
  expect(hot).toEqual(first);
  expect(node).toEqual(first);
  return first;
}

const needing = testNeeding('python3');

describe.concurrent('at a terminal', () => {
  needing('Ctrl-C reaches a plugin that traps it, which exits 7', async () => {
    expect(await everyWay([['ready', INTERRUPT]], 'p:traps')).toEqual({ output: 'ready\r\n^Ccaught\r\n', status: 7, signal: null });
  });

  needing('Ctrl-C ends a plugin that does not', async () => {
    expect(await everyWay([['ready', INTERRUPT]], 'p:waits')).toEqual({ output: 'ready\r\n^C', status: null, signal: 'SIGINT' });
  });

  needing('Ctrl-\\ quits it', async () => {
    expect(await everyWay([['ready', QUIT]], 'p:waits')).toEqual({ output: 'ready\r\n^\\', status: null, signal: 'SIGQUIT' });
  });

  needing('all three streams are the terminal, of its size', async () => {
    expect(await everyWay([], 'p:looks')).toEqual({ output: '0 1 2 33 77\r\n/dev/pts/N\r\n', status: 0, signal: null });
  });

  needing('a plugin can ask, and hide what is typed', async () => {
    const steps = [['name? ', 'ann e\n'] as const, ['secret? ', 'hush\n'] as const];
    expect((await everyWay(steps, 'p:asks')).output).toBe('name? ann e\r\nsecret? <ann e> <hush>\r\n');
  });
});

describe.concurrent('under job control', () => {
  for (const way of WAYS) {
    testNeeding('python3', 'bash')(`Ctrl-Z stops it, fg goes on: ${way}`, async () => {
      const command = way === 'direct' ? `'${fileOf(box, 'p:counts')}' p:counts` : `TOOL_FAST=${way === 'node' ? 0 : 1} '${TOOL}' p:counts`;
      const steps = [['$ ', `${command}\n`] as const, ['ready', SUSPEND] as const, ['Stopped', 'fg\n'] as const, ['p:counts\r\n', 'more\n'] as const];
      const { output, status } = await session([...steps, ['went on with more', 'exit 5\n']], ['--norc', '--noprofile', '-i'], {
        command: 'bash',
        env: { PS1: '$ ', TERM: 'dumb', HISTFILE: undefined },
      });
      expect(output).toContain('went on with more\r\n');
      expect(status).toBe(5);
    });
  }
});

describe.concurrent('in the commands loop', () => {
  for (const shell of [undefined, ...(Object.keys(SHELLS) as ShellName[])]) {
    const needingShell = testNeeding('python3', ...(shell ? [SHELLS[shell][0]] : []));
    const options = shell ? { shell } : {};
    needingShell(`Ctrl-C ends with the status of a child that traps it: ${shell ?? 'sh'}`, async () => {
      expect(await session([['ready', INTERRUPT]], ['traps'], options)).toMatchObject({ output: 'ready\r\n^Ccaught\r\n', status: 7, signal: null });
    });

    needingShell(`Ctrl-C that kills the child is seen as such, and nobody else is asked: ${shell ?? 'sh'}`, async () => {
      expect(await session([['ready', INTERRUPT]], ['waits'], options)).toMatchObject({ output: 'ready\r\n^C', status: null, signal: 'SIGINT' });
    });

    needingShell(`a child that ignores Ctrl-C goes on, and so does the loop: ${shell ?? 'sh'}`, async () => {
      const steps = [['ready', `${INTERRUPT}on\n`] as const];
      expect(await session(steps, ['calm'], options)).toMatchObject({ output: 'ready\r\n^Con\r\non\r\nsecond\r\n', status: 0 });
    });
  }
});

needing('Ctrl-C while Node decides runs nothing', async () => {
  using slow = Sandbox.prepared();
  slow.plugin('p', { 'subcommands/x': '#!/bin/sh\necho ran\n' });
  await watchNode(slow);
  slow.file('watch/node', '#!/bin/sh\necho deciding >&2\nexec sleep 30\n');
  const result = await session([['deciding', INTERRUPT]], ['p:x'], { env: { TOOL_HOME: slow.home, TOOL_FAST: '0' } });
  expect(result).toMatchObject({ output: 'deciding\r\n^C', status: null, signal: 'SIGINT' });
});
