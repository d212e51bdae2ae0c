import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { shellQuote } from '../../src/system/shell-quote.ts';
import { testNeeding } from '../support/needs.ts';
import { Sandbox, TOOL } from '../support/sandbox.ts';
import { type Sshd, startSshd, typed } from '../support/sshd.ts';

const test = testNeeding('sshd', 'ssh');
const ready = testNeeding('sshd', 'ssh') === (await import('vitest')).test;

describe.runIf(ready)('over a real sshd, a forced command', () => {
  let box: Sandbox;
  let server: Sshd;

  beforeAll(async () => {
    box = new Sandbox();
    box.plugin('show', {
      'subcommands/words': '#!/bin/sh\nprintf "[%s]" "$@"\n',
      'subcommands/env': '#!/bin/sh\nenv | sort\n',
      'subcommands/count': '#!/bin/sh\nsha256sum\n',
      'subcommands/end': '#!/bin/sh\necho out\necho err >&2\nexit "$2"\n',
      'subcommands/tty': '#!/bin/sh\ntest -t 0 && test -t 1 && stty size\n',
    });
    box.plugin('acl', { 'user-auth': '#!/bin/sh\n[ "$2" = alice ] || [ "$3" = show:env ]\n' });
    server = await startSshd(box, ['alice', 'mallory'], `TOOL_HOME=${shellQuote(box.home)} ${TOOL}`);
  });

  afterAll(() => {
    server[Symbol.dispose]();
    box[Symbol.dispose]();
  });

  test('gets every argument as it was typed', async () => {
    const words = ['', 'a  b', "it's", '"q"', '$HOME', '`id`', '*', 'two\nlines', '\\', '-n', '--help', ';', 'é'];
    const { stdout, status } = await server.ssh('alice', ['@', typed('show:words', ...words)]);
    expect({ stdout, status }).toEqual({ stdout: Buffer.from(['show:words', ...words].map((word) => `[${word}]`).join('')).toString('latin1'), status: 0 });
  });

  test('refuses an unmatched quote, and runs nothing', async () => {
    expect(await server.ssh('alice', ['@', "show:words 'open"])).toMatchObject({ stdout: '', status: 2, stderr: expect.stringContaining('unmatched quote') });
  });

  test('is denied to somebody whom the guard does not know', async () => {
    for (const command of ['show:words x', 'help', '--explain show:words', 'apps:list', '']) {
      expect(await server.ssh('mallory', ['@', ...(command ? [command] : [])])).toMatchObject({ stdout: '', stderr: ' !     Access denied\n', status: 1 });
    }
  });

  test('keeps its streams apart and passes its status on', async () => {
    expect(await server.ssh('alice', ['@', 'show:end 42'])).toEqual({ stdout: 'out\n', stderr: 'err\n', status: 42, signal: null });
    expect(await server.ssh('alice', ['@', 'nothing:here'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('`nothing:here` is not a tool command'),
    });
  });

  test('gets its stdin whole', async () => {
    const { stdout } = await server.ssh('alice', ['@', 'show:count'], { stdin: Buffer.alloc(3_000_000, 0xff) });
    const { createHash } = await import('node:crypto');
    expect(stdout.split(' ')[0]).toBe(createHash('sha256').update(Buffer.alloc(3_000_000, 0xff)).digest('hex'));
  });

  test('has a terminal when one is asked for', async () => {
    expect(await server.ssh('alice', ['-tt', '@', 'show:tty'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+ \d+\r\n/) });
    expect(await server.ssh('alice', ['@', 'show:tty'])).toMatchObject({ status: 1, stdout: '' });
  });

  test('takes nothing of the ABI from the far end', async () => {
    const env = { TOOL_FAST: '0', PLUGIN_PATH: '/evil', DOKKU_APP_NAME: 'evil', TOOL_ABI: 'tool:/evil', SSH_USER: 'evil', LC_KEPT: 'kept' };
    const { stdout } = await server.ssh('mallory', ['-o', `SendEnv=${Object.keys(env).join(' ')}`, '@', 'show:env'], { env });
    expect(stdout).not.toContain('evil');
    expect(stdout).not.toContain('TOOL_FAST');
    expect(stdout).toContain('LC_KEPT=kept\n');
    expect(stdout).toContain('SSH_NAME=mallory\n');
    expect(stdout).toContain(`TOOL_HOME=${box.home}\n`);
    expect(stdout).toContain(`PLUGIN_PATH=${join(box.home, 'plugins')}\n`);
  });
});

if (!ready) test('forced commands over a real sshd', () => {});
