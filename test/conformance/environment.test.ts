import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { addProbe, probeEveryWay } from '../support/probe.ts';
import { runEveryWay, watchNode } from '../support/routes.ts';
import { quoted, Sandbox, SHELLS, type ShellName, TOOL } from '../support/sandbox.ts';

const box = new Sandbox(`a "home" of $HOME's \\t`);
addProbe(box);
box.plugin('p', {
  'subcommands/names': '#!/bin/sh\ntr "\\0" "\\n" </proc/$$/environ | cut -d= -f1 | LC_ALL=C sort\n',
  'subcommands/pid': '#!/bin/sh\necho "$(( DOKKU_PID == $$ )) $(( TOOL_PID == $$ ))"\n',
});
symlinkSync(TOOL, join(box.root, 'acme'));
symlinkSync(TOOL, join(box.root, 'dokku'));
// The first call under this brand enables Dokku's set, which prepares the home anew: what watches Node comes after it.
expect(await box.run(['version'], { command: join(box.root, 'dokku'), env: { DOKKU_HOME: box.home } })).toMatchObject({ status: 0 });
await watchNode(box);
afterAll(() => box[Symbol.dispose]());

const withNode = testNeeding('gcc');

describe.concurrent('the environment of a plugin', () => {
  withNode('has every variable of the ABI, equal on both routes, and the pid is the plugin’s own', async () => {
    const { env } = await probeEveryWay(box, {});
    expect(env).toMatchObject({ TOOL_HOME: box.home, DOKKU_LIB_ROOT: box.home, DOKKU_COMMAND: 'probe:it', DOKKU_PID: 'its own', TOOL_PID: 'its own' });
    expect(env.TOOL_ABI).toBe(`tool:${box.home}`);
    expect(env.DOKKU_GLOBAL_FLAGS).toBe('');
  });

  for (const brand of ['acme', 'dokku']) {
    withNode(`is equal on both routes under the brand ${brand}`, async () => {
      const { env } = await probeEveryWay(box, {
        command: join(box.root, brand),
        ways: ['hot', 'node'],
        env: { [`${brand.toUpperCase()}_HOME`]: box.home, TOOL_HOME: undefined, DOKKU_IMAGE: 'an image' },
      });
      expect(env).toMatchObject({ TOOL_ABI: `${brand}:${box.home}`, [`${brand.toUpperCase()}_HOME`]: box.home, TOOL_IMAGE: 'an image' });
    });
  }

  withNode('keeps what the caller had, whatever it holds', async () => {
    const env = {
      LINES_OF: 'one\ntwo\n\n',
      QUOTES: `it's "so" \`x\` $HOME \${HOME} $(id)`,
      BACKSLASHES: 'a\\tb\\n\\\\ \\0 \\x41',
      EMPTY: '',
      GLOB: '* ? [a]',
      SPACES: '  a\t ',
      not_upper: 'kept',
      UNICODE: 'ä 日本 🙂',
      CDPATH: '/usr:/etc',
      ENV: '/nonexistent/file',
      BASH_ENV: '/nonexistent/file',
      PS1: '\\w $ ',
      PS4: '+$(id) ',
      MAIL: '/var/mail/x',
      LC_ALL: 'C',
      TERM: 'dumb',
    };
    expect((await probeEveryWay(box, { env })).env).toMatchObject(
      Object.fromEntries(Object.entries(env).map(([k, v]) => [k, Buffer.from(v).toString('latin1')])),
    );
  });

  withNode('keeps bytes that are not UTF-8', async () => {
    const bytes = Buffer.from([0xff, 0xc3, 0x28, 0x81, 0x82, 0x88, 0x5c, 0x0a, 0x80]);
    const before = Buffer.concat([Buffer.from('export RAW='), quoted(bytes)]);
    expect((await probeEveryWay(box, { before })).env.RAW).toBe(bytes.toString('latin1'));
  });

  withNode('keeps bytes that are not UTF-8 in the app’s name and its twin', async () => {
    const bytes = Buffer.from([0xff, 0x81, 0x27, 0x5c]);
    const before = Buffer.concat([Buffer.from('export DOKKU_APP_NAME='), quoted(bytes)]);
    const { env } = await probeEveryWay(box, { before });
    expect([env.DOKKU_APP_NAME, env.TOOL_APP_NAME]).toEqual([bytes.toString('latin1'), bytes.toString('latin1')]);
  });

  for (const options of ['--require /no/such/file.js', '--no-such-flag', '--trace-warnings', '']) {
    withNode(`NODE_OPTIONS=${JSON.stringify(options)} reaches it untouched and breaks no decision`, async () => {
      expect((await probeEveryWay(box, { env: { NODE_OPTIONS: options } })).env.NODE_OPTIONS).toBe(options);
    });
  }

  withNode('what else steers Node neither disturbs the decision nor is lost', async () => {
    const env = {
      NODE_DEBUG: 'module,fs,child_process',
      NODE_DEBUG_NATIVE: 'MKSNAPSHOT',
      NODE_EXTRA_CA_CERTS: '/no/such/file',
      NODE_V8_COVERAGE: join(box.root, 'coverage'),
      NODE_CHANNEL_FD: 'x',
      NODE_PENDING_DEPRECATION: '1',
      NODE_PATH: '/no/such/folder',
      NODE_REDIRECT_WARNINGS: join(box.root, 'warnings'),
      OPENSSL_CONF: '/etc/passwd',
    };
    expect((await probeEveryWay(box, { env })).env).toMatchObject(env);
    expect(existsSync(join(box.root, 'coverage'))).toBe(false);
  });

  withNode('a caller without HOME and USER', async () => {
    const { env } = await probeEveryWay(box, { env: { HOME: undefined, USER: undefined } });
    expect(env).not.toHaveProperty('HOME');
    expect(env.SSH_USER).toBe('');
  });

  withNode('a PWD through a link is left as it is', async () => {
    symlinkSync(box.root, join(box.root, 'linked'));
    expect(await probeEveryWay(box, { env: { PWD: join(box.root, 'linked') } })).toMatchObject({ env: { PWD: join(box.root, 'linked') }, cwd: box.root });
  });

  withNode('the global flags set their variables alike', async () => {
    const { env } = await probeEveryWay(box, { args: ['--quiet', 'x', '--trace', '--force', '--own=1', '--', '--late'], ways: ['hot', 'node'] });
    expect(env).toMatchObject({ DOKKU_QUIET_OUTPUT: '1', TOOL_TRACE: '1', DOKKU_APPS_FORCE_DELETE: '1' });
    expect(env.DOKKU_GLOBAL_FLAGS).toBe('--quiet --trace --force --own=1');
  });

  test('names that are no shell identifiers end in the shell, alike on both routes', async () => {
    const env = { 'a.b': 'dotted', 'BASH_FUNC_f%%': '() { :; }', kept: '1' };
    const { stdout } = await runEveryWay(box, { argv: ['p:names'], env: { ...env, TOOL_FAST: '' }, ways: ['hot'] });
    const { stdout: viaNode } = await runEveryWay(box, { argv: ['p:names'], env, ways: ['node'] });
    expect(viaNode).toBe(stdout);
    expect(stdout.split('\n')).toContain('kept');
  });
});

describe.concurrent('under every shell', () => {
  for (const shell of Object.keys(SHELLS) as ShellName[]) {
    testNeeding('gcc', SHELLS[shell][0])(shell, async () => {
      const env = { SHLVL: '1', _: 'x', OLDPWD: '/', IFS: ':', OPTIND: '1', RAW: `a\\n'"\n` };
      const { env: seen } = await probeEveryWay(box, { shell, env, ways: ['hot', 'node'], args: ['a b', '', '*'] });
      expect(seen).toMatchObject({ RAW: `a\\n'"\n`, TOOL_HOME: box.home });
    });
  }
});
