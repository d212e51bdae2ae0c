import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, describe, expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { addProbe, probeEveryWay } from '../support/probe.ts';
import { fileOf, runEveryWay, type Way, watchNode } from '../support/routes.ts';
import { Sandbox, TOOL } from '../support/sandbox.ts';

const box = new Sandbox();
addProbe(box);
box.plugin('p', {
  'subcommands/cat': '#!/bin/sh\nexec cat\n',
  'subcommands/three': '#!/bin/sh\ncat <&3\necho written >&4\n',
  'subcommands/first-line': '#!/bin/sh\nIFS= read -r line\nprintf "%s|" "$line"\nexec cat\n',
  'subcommands/both': '#!/bin/sh\nprintf "out\\000\\377"\nprintf "err\\000\\376" >&2\nprintf "out again"\nprintf "err again" >&2\n',
  'subcommands/forever': '#!/bin/sh\nexec yes "$2"\n',
  'subcommands/says': '#!/bin/sh\necho out\necho err >&2\nexit 3\n',
});
await watchNode(box);
afterAll(() => box[Symbol.dispose]());

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
const nodeEnv = (way: Way): Record<string, string> => (way === 'node' ? { TOOL_FAST: '0' } : {});
const commandOf = (way: Way, word: string): string => (way === 'direct' ? fileOf(box, word) : TOOL);

/** Feeds 64 MB to `p:cat` and reads them back, neither side in memory. */
async function streamThrough(way: Way): Promise<{ sent: string; received: string; bytes: number }> {
  const child = box.start(['p:cat'], { command: commandOf(way, 'p:cat'), env: nodeEnv(way) });
  const sent = createHash('sha256');
  const received = createHash('sha256');
  let bytes = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    received.update(chunk);
    bytes += chunk.length;
  });
  const closed = once(child, 'close');
  for (let block = 0; block < 64; block++) {
    const chunk = Buffer.alloc(1 << 20, Buffer.concat([everyByte, Buffer.from([block])]));
    sent.update(chunk);
    if (!child.stdin?.write(chunk)) await once(child.stdin as NodeJS.WritableStream, 'drain');
  }
  child.stdin?.end();
  expect(await closed).toEqual([0, null]);
  return { sent: sent.digest('hex'), received: received.digest('hex'), bytes };
}

describe.concurrent('stdin', () => {
  test('binary, NUL included', async () => {
    const stdin = Buffer.concat([everyByte, everyByte, Buffer.from('no newline at the end')]);
    expect(await runEveryWay(box, { argv: ['p:cat'], stdin })).toEqual({ stdout: stdin.toString('latin1'), stderr: '', status: 0, signal: null });
  });

  test('empty, and text that looks like a plan', async () => {
    expect(await runEveryWay(box, { argv: ['p:cat'] })).toMatchObject({ stdout: '', status: 0 });
    expect(await runEveryWay(box, { argv: ['p:cat'], stdin: 'exit 9\n# end of plan' })).toMatchObject({ stdout: 'exit 9\n# end of plan', status: 0 });
  });

  test('nothing of it is read before the plugin reads', async () => {
    expect(await runEveryWay(box, { argv: ['p:first-line'], stdin: 'one\ntwo\nthree' })).toMatchObject({ stdout: 'one|two\nthree' });
  });

  test.each<Way>(['direct', 'hot', 'node'])('64 MB streamed through: %s', async (way) => {
    const { sent, received, bytes } = await streamThrough(way);
    expect({ received, bytes }).toEqual({ received: sent, bytes: 64 << 20 });
  });

  test('/dev/null', async () => {
    expect(await runEveryWay(box, { argv: ['p:cat'], before: 'exec </dev/null', stdin: 'unread' })).toMatchObject({ stdout: '', stderr: '', status: 0 });
  });
});

describe.concurrent('descriptors', () => {
  test('3 and 4, held open by the caller, are the plugin’s', async () => {
    box.file('three', 'from three');
    const before = `exec 3<'${box.root}/three' 4>&1`;
    expect(await runEveryWay(box, { argv: ['p:three'], before })).toEqual({ stdout: 'from threewritten\n', stderr: '', status: 0, signal: null });
  });

  for (const [name, before, open] of [
    ['what the caller has open', 'exec 3</dev/null 7>/dev/null', ['0', '1', '2', '3', '7']],
    ['the three standard ones alone', '', ['0', '1', '2']],
    ['stdin closed', 'exec <&-', ['1', '2']],
    ['stderr closed', 'exec 2>&-', ['0', '1']],
    ['stdin and stderr closed', 'exec <&- 2>&-', ['1']],
  ] as const) {
    testNeeding('gcc')(`${name}: no other is open in the plugin`, async () => {
      const { descriptors } = await probeEveryWay(box, { before });
      // The tests themselves may be run with more open; the launcher's own would be low, or 10 and above in dash alone.
      expect(descriptors.filter((name) => name.length === 1)).toEqual(open);
    });
  }

  test('stdout closed, or all three', async () => {
    const closed = await runEveryWay(box, { argv: ['p:says'], before: 'exec >&-' });
    expect(closed).toMatchObject({ stdout: '', status: 3, stderr: expect.stringMatching(/\nerr\n$/) });
    expect(await runEveryWay(box, { argv: ['p:says'], before: 'exec <&- >&- 2>&-' })).toMatchObject({ status: 3, signal: null });
  });

  for (const name of ['CHLD', 'PIPE', 'INT']) {
    testNeeding('gcc')(`${name} ignored or blocked by the caller breaks no decision`, async () => {
      const ways = name === 'CHLD' ? (['hot', 'node'] as const) : undefined;
      const ignored = await probeEveryWay(box, { under: ['env', `--ignore-signal=${name}`], ...(ways ? { ways } : {}) });
      // A shell needs its children's ends, and dash takes SIGCHLD back for good.
      if (name !== 'CHLD') expect(ignored.signals[1]).not.toMatch(/:\s0+\n$/);
      const blocked = await probeEveryWay(box, { under: ['env', `--block-signal=${name}`], ...(ways ? { ways } : {}) });
      if (name !== 'CHLD') expect(blocked.signals[0]).not.toMatch(/:\s0+\n$/);
    });
  }
});

describe.concurrent('stdout and stderr', () => {
  test('are kept apart, in order, every byte', async () => {
    const expected = { stdout: 'out\0\xffout again', stderr: 'err\0\xfeerr again', status: 0, signal: null };
    expect(await runEveryWay(box, { argv: ['p:both'] })).toEqual(expected);
  });

  test('one file for both keeps the order of writing', async () => {
    const result = await runEveryWay(box, { argv: ['p:both'], before: 'exec 2>&1' });
    expect(result).toMatchObject({ stdout: 'out\0\xfferr\0\xfeout againerr again', stderr: '' });
  });

  test('a reader that goes away ends the plugin by SIGPIPE', async () => {
    const script = '{ "$@"; echo "$?" >&2; } | head -n 1';
    for (const way of ['direct', 'hot', 'node'] as const) {
      const words = ['-c', script, 'sh', commandOf(way, 'p:forever'), 'p:forever', 'y'];
      expect(await box.run(words, { command: '/bin/sh', env: nodeEnv(way) })).toEqual({ stdout: 'y\n', stderr: '141\n', status: 0, signal: null });
    }
  });
});
