import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { Sandbox, SHELLS, type ShellName } from '../support/sandbox.ts';
import { sliceOf } from '../support/slice.ts';
import { installInto, NOBODY } from '../support/unprivileged.ts';

const RUNS = '#!/bin/sh\necho ran\n';
const shells = Object.keys(SHELLS) as ShellName[];
/** `make soak` tries every variable in every shell by every route. */
const soak = process.env.KILLS !== undefined;
const routes = [{}, { TOOL_FAST: '0' }];

describe('a guard that cannot be looked at is not passed over', () => {
  let box: Sandbox;
  let command: string;
  beforeAll(async () => {
    box = new Sandbox();
    command = installInto(box);
    await box.run(['version'], { command });
    box.plugin('thing', { 'subcommands/run': RUNS, commands: '#!/bin/sh\necho "commands $1"\n' });
    box.plugin('guard', { 'user-auth': '#!/bin/sh\nexit 1\n' });
    mkdirSync(box.at('plugins/store/.guards'), { recursive: true });
    chmodSync(box.root, 0o755);
  });
  afterAll(() => box[Symbol.dispose]());

  testNeeding('root').each([
    ['its folder is closed', 'plugins/available/guard', 0o700],
    ['the folder of plugins can be entered and not listed', 'plugins/enabled', 0o711],
    ['the folder of plugins is closed', 'plugins/enabled', 0o700],
    ['the marks of guards cannot be listed', 'plugins/store/.guards', 0o711],
  ])('%s', async (_, folder, mode) => {
    chmodSync(box.at(folder), mode);
    try {
      for (const env of [{}, { TOOL_FAST: '0' }, { SSH_ORIGINAL_COMMAND: 'thing:run' }]) {
        for (const word of soak ? ['thing:run', 'thing:other', 'version', 'help', 'config:show'] : ['thing:run', 'help']) {
          const { stdout, stderr, status } = await box.run([word], { command, uid: NOBODY, env });
          expect({ stdout, status, word }).toEqual({ stdout: '', status: 1, word });
          expect(stderr).toContain('cannot be looked into, and it may hold a guard');
          expect(stderr).toMatch(/ ! {5}Access denied\n$/);
        }
      }
      const { stdout } = await box.run(['--explain', 'thing:run'], { command, uid: NOBODY });
      expect(stdout).toContain('cannot be looked into and may hold one, so everything is denied');
    } finally {
      chmodSync(box.at(folder), 0o755);
    }
  });

  testNeeding('root')('what holds nothing is no reason: a dangling link, a file, a folder that others may enter', async () => {
    const guard = box.at('plugins/available/guard/user-auth');
    writeFileSync(guard, '#!/bin/sh\nexit 0\n');
    box.plugin('entered', { x: '' });
    chmodSync(box.at('plugins/available/entered'), 0o711);
    await box.run(['-s', 'nowhere', box.at('plugins/enabled/gone')], { command: 'ln' });
    writeFileSync(box.at('plugins/enabled/file'), '');
    for (const env of routes) expect(await box.run(['thing:run'], { command, uid: NOBODY, env })).toMatchObject({ stdout: 'ran\n', stderr: '', status: 0 });
  });
});

/** Variables by which the manuals of dash, bash and busybox say that they work otherwise; what a caller may set, or sshd lets through. */
const STEERING: Record<string, string> = {
  BASHOPTS: 'failglob:nullglob:nocasematch:extglob:execfail',
  BASH_COMPAT: '31',
  BASH_ENV: '/dev/null',
  BASH_XTRACEFD: '1',
  CDPATH: '/',
  ENV: '/dev/null',
  EXECIGNORE: '*',
  FIGNORE: 'auth',
  FUNCNEST: '2',
  GLOBIGNORE: '*',
  IFS: 'aeiou/',
  LC_ALL: 'xx_XX.nothing',
  LINENO: 'x',
  OPTIND: '9',
  POSIXLY_CORRECT: '1',
  PPID: '1',
  PS4: '$(echo traced)',
  PWD: '/nowhere',
  OLDPWD: '/nowhere',
  SHELLOPTS: 'noglob:nounset:errexit',
  TMOUT: '1',
  TMPDIR: '/nowhere',
  BASH_ARGV0: 'tool',
  BASH_LOADABLES_PATH: '/nowhere',
  BASH_VERSION: '5.2.15(1)-release',
  CHILD_MAX: '1',
  DIRSTACK: '/nowhere',
  EUID: '0',
  FUNCNAME: 'x',
  GLOBSORT: 'nosort',
  GROUPS: '0',
  HISTFILE: '/nowhere',
  HOME: '/nowhere',
  LANG: 'xx_XX.nothing',
  LC_COLLATE: 'tr_TR.UTF-8',
  LC_CTYPE: 'tr_TR.UTF-8',
  MAILCHECK: '0',
  MAILPATH: '/etc/passwd',
  OPTERR: '0',
  PIPESTATUS: '0',
  PROMPT_COMMAND: 'echo ran',
  PS1: '$(echo ran)',
  RANDOM: 'x',
  REPLY: 'x',
  SECONDS: 'x',
  SHELL: '/bin/false',
  SHLVL: 'x',
  TERM: '',
  TIMEFORMAT: 'ran',
  UID: '0',
  _: 'x',
  'BASH_FUNC_[%%': '() { return 0; }',
  'BASH_FUNC_tool_deny%%': '() { return 0; }',
};
const lists = [...Object.keys(STEERING).map((name) => [name]), ['FUNCNEST', 'SHELLOPTS', 'BASHOPTS'], Object.keys(STEERING)];
const depths = ['1', '3', '4', '5', '6'].map((depth) => ({ FUNCNEST: depth }));

describe('whatever the environment makes of the shell, a guard that says no is heard, and one that says yes lets pass or is not believed', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = Sandbox.prepared();
    box.plugin('thing', { 'subcommands/run': RUNS, commands: '#!/bin/sh\necho ran\n' });
    box.plugin('guard', { 'user-auth': '#!/bin/sh\n[ ! -e "$DOKKU_LIB_ROOT/no" ]\n' });
  });
  afterAll(() => box[Symbol.dispose]());

  test.each(sliceOf([...lists.map((names) => Object.fromEntries(names.map((name) => [name, STEERING[name] as string]))), ...depths], 20))(
    '%j',
    async (steering) => {
      writeFileSync(box.at('no'), '');
      // bash alone is steered by most of them.
      for (const shell of soak || Object.keys(steering).length > 3 ? shells : (['bash --posix'] as const)) {
        for (const command of soak ? ['thing:run "a b"', 'thing:other', 'version'] : ['thing:run "a b"']) {
          for (const env of routes) {
            const { stdout, status } = await box.run(['ignored'], { shell, env: { ...steering, ...env, SSH_ORIGINAL_COMMAND: command } });
            expect(stdout, `${shell}: ${command}`).not.toMatch(/ran|tool version/);
            expect(status).not.toBe(0);
          }
        }
      }
    },
  );

  test('a function nest that is too shallow is a denial for everybody', async () => {
    for (const depth of ['1', '2', '3']) {
      for (const word of ['thing:run', 'version']) {
        const { stdout, status } = await box.run([word], { shell: 'bash --posix', env: { FUNCNEST: depth } });
        expect({ stdout, word }).toEqual({ stdout: '', word });
        expect(status).not.toBe(0);
      }
    }
  });
});

describe('a part of the asking that is broken is a denial', () => {
  const parts: [name: string, file: string, text: string][] = [
    ['the guards file ends in the middle', 'libexec/guards', '# shellcheck shell=sh\ntool_found=1\ntool_check_guard() { tool_asked=1; }\n'],
    ['plugn ends with 0 before it asked', 'libexec/plugn', 'exit 0\n'],
    ['plugn has an error in the middle', 'libexec/plugn', 'nosuchprogram\nreturn 0\n'],
    ['plugn is gone', 'libexec/plugn', ''],
  ];
  test.each(parts)('%s', async (_, file, text) => {
    using box = new Sandbox();
    const command = installInto(box);
    await box.run(['version'], { command });
    box.plugin('thing', { 'subcommands/run': RUNS }).plugin('guard', { 'user-auth': '#!/bin/sh\nexit 0\n' });
    expect(await box.run(['thing:run'], { command })).toMatchObject({ stdout: 'ran\n', status: 0 });
    const place = join(box.root, 'prefix/lib/tool', file);
    expect(existsSync(place)).toBe(true);
    writeFileSync(place, text);
    for (const env of routes) {
      for (const word of ['thing:run', 'version']) {
        const { stdout, status } = await box.run([word], { command, env });
        expect({ stdout, word }).toEqual({ stdout: '', word });
        expect(status).not.toBe(0);
      }
    }
  });

  test('the exports of a guard cannot be read', async () => {
    using box = Sandbox.prepared();
    box.plugin('thing', { 'subcommands/run': RUNS });
    box.plugin('guard', { 'plugin.toml': '[plugin]\nversion = "1"\n[plugin.config]\nkey = ""\n', 'user-auth': '#!/bin/sh\nexit 1\n' });
    expect(await box.run(['thing:run'])).toMatchObject({ status: 1 });
    writeFileSync(box.at('plugins/config-exports/guard.sh'), '}\n');
    expect(await box.run(['thing:run'])).toMatchObject({ stdout: '', status: 1 });
  });
});

test('guards know a command by one name, however it was typed', async () => {
  using box = Sandbox.prepared();
  box.plugin('thing', { 'subcommands/default': RUNS, 'subcommands/thing': RUNS }).plugin('only', { 'subcommands/only': RUNS });
  box.plugin('guard', { 'user-auth': '#!/bin/sh\nprintf "%s\\n" "$3" >>"$DOKKU_LIB_ROOT/asked"\nexit 1\n' });
  const names: [typed: string, asked: string][] = [
    ['thing', 'thing'],
    ['thing:default', 'thing'],
    ['thing:thing', 'thing:thing'],
    ['only', 'only'],
    ['only:only', 'only'],
    ['nginx:report', 'nginx:report'],
    ['nginx-vhosts:report', 'nginx:report'],
    ['nginx-vhosts', 'nginx'],
    ['nginx-vhosts:default', 'nginx'],
    ['00_dokku-standard:url', 'url'],
    ['url', 'url'],
    ['config:default', 'config'],
  ];
  for (const [typed] of names) {
    for (const env of routes) expect(await box.run([typed, 'web'], { env })).toMatchObject({ stdout: '', status: 1 });
  }
  const { stdout } = await box.run([box.at('asked')], { command: 'cat' });
  expect(stdout).toBe(names.map(([, asked]) => `${asked}\n${asked}\n`).join(''));
});
