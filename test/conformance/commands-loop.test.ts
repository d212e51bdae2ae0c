import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { Sandbox, SHELLS, type ShellName, TOOL } from '../support/sandbox.ts';

/** A `commands` script that answers the words it is given, and says 10 to any other. */
const answers = (cases: Record<string, string>): string =>
  `#!/bin/sh\ncase $1 in\n${Object.entries(cases)
    .map(([word, script]) => `${word}) ${script} ;;`)
    .join('\n')}\n*) exit 10 ;;\nesac\n`;

const says = (name: string, status = 0): string => `printf '${name}(%s)' "$*"; exit ${status}`;

const box = Sandbox.prepared();
box.plugin('b', { commands: answers({ both: says('b'), b: says('b'), fails: says('b', 0), shared: 'read -r x; printf "b:%s " "$x"', die: 'exit 0' }) });
box.plugin('B', { commands: answers({ both: says('B'), fails: says('B', 3), shared: 'read -r x; printf "B:%s " "$x"' }) });
box.plugin('10_a', {
  commands: answers({
    both: says('10_a'),
    words: 'printf "%s|" "$@"',
    where: 'pwd; umask; printf "%s\\n" "$0" "$DOKKU_COMMAND"',
    die: 'ulimit -c 0; kill -s "$2" $$',
    status: 'exit "$2"',
    env: 'env | grep -c "^tool_\\|TOOL_CALLER"',
  }),
});
box.plugin('a.z-1', { commands: answers({ both: says('a.z-1') }) });
box.plugin('ten', { commands: '#!/bin/sh\nexit 10\n' });
afterAll(() => box[Symbol.dispose]());
await box.run(['version']);

describe.concurrent('a word that no subcommand has', () => {
  test('is asked of every commands script in byte order; all that answer run', async () => {
    expect(await box.run(['both', 'x  y'])).toEqual({ stdout: '10_a(both x  y)B(both x  y)a.z-1(both x  y)b(both x  y)', stderr: '', status: 0, signal: null });
    for (const LC_ALL of ['C', 'C.UTF-8', 'en_US.UTF-8']) expect((await box.run(['both'], { env: { LC_ALL } })).stdout).toMatch(/^10_a.*B.*a\.z-1.*b/);
  });

  test('10 is "not mine": one that answers is enough', async () => {
    expect(await box.run(['b'])).toEqual({ stdout: 'b(b)', stderr: '', status: 0, signal: null });
  });

  test('any other status ends with it, and nobody further is asked', async () => {
    expect(await box.run(['fails'])).toEqual({ stdout: 'B(fails)', stderr: '', status: 3, signal: null });
  });

  test.each([1, 2, 9, 11, 126, 127, 128, 255])('status %i is what the caller sees', async (status) => {
    expect(await box.run(['status', String(status)])).toEqual({ stdout: '', stderr: '', status, signal: null });
  });

  test('an implementer that says 0 and one that says 10 make 0', async () => {
    expect(await box.run(['status', '0'])).toMatchObject({ stdout: '', stderr: '', status: 0 });
    expect(await box.run(['status', '10'])).toMatchObject({ status: 1, stderr: expect.stringContaining('is not a tool command') });
  });

  test.each(['TERM', 'KILL', 'SEGV', 'INT', 'HUP', 'QUIT', 'ABRT', 'USR1'])('death by SIG%s is died again', async (name) => {
    const { signal, status, stdout } = await box.run(['die', name]);
    expect({ signal, status, stdout }).toEqual({ signal: `SIG${name}`, status: null, stdout: '' });
  });

  test('argv is every byte', async () => {
    const words = ['', ' a  b ', '*', 'two\nlines\n', `'"\\$x\``, '--', '-n', Buffer.from([0xff, 0x81, 0xc3])];
    expect(await box.run(['words', ...words])).toMatchObject({
      stdout: `${['words', ...words].map((word) => Buffer.from(word).toString('latin1')).join('|')}|`,
      status: 0,
    });
  });

  test('stdin is shared: who reads first has it', async () => {
    expect(await box.run(['shared'], { stdin: 'one\ntwo\nthree\n' })).toMatchObject({ stdout: expect.stringMatching(/^B:one b:(two)? $/), status: 0 });
    expect((await box.run(['shared'], { before: `printf 'one\\ntwo\\n' >'${box.root}/lines'; exec <'${box.root}/lines'` })).stdout).toBe('B:one b:two ');
  });

  test('directory, umask, $0 and the command word are as on the other routes', async () => {
    const { stdout } = await box.run(['where'], { before: 'umask 0137' });
    expect(stdout).toBe(`${box.root}\n0137\n${box.at('plugins/enabled/10_a/commands')}\nwhere\n`);
  });

  test('nothing of the launcher’s own is in the environment', async () => {
    expect((await box.run(['env'], { env: { NODE_OPTIONS: '--no-warnings' } })).stdout).toBe('0\n');
  });

  for (const shell of Object.keys(SHELLS) as ShellName[]) {
    testNeeding(SHELLS[shell][0])(`the loop is the same under ${shell}`, async () => {
      expect(await box.run(['both', 'x'], { shell })).toMatchObject({ stdout: '10_a(both x)B(both x)a.z-1(both x)b(both x)', stderr: '', status: 0 });
      expect(await box.run(['fails'], { shell })).toMatchObject({ stdout: 'B(fails)', stderr: '', status: 3 });
      for (const name of ['TERM', 'KILL', 'SEGV']) expect(await box.run(['die', name], { shell })).toMatchObject({ signal: `SIG${name}` });
      expect(await box.run(['nobody', 'x'], { shell })).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringContaining('`nobody x` is not a tool command'),
      });
    });
  }
});

test('a word of a core plugin that another script answers is told, and ends as it does with Dokku', async () => {
  using home = new Sandbox().dokkusSet();
  home.plugin('greedy', { commands: '#!/bin/sh\nexit 0\n' });
  symlinkSync(TOOL, join(home.root, 'dokku'));
  const answered = `and ${home.at('plugins/enabled/greedy/commands')} answered it`;
  expect(await home.run(['apps:craete', 'x'])).toEqual({
    stdout: '',
    stderr: ` !     \`apps:craete\` is no command of apps, ${answered}; did you mean \`tool apps:create\`?\n`,
    status: 0,
    signal: null,
  });
  expect((await home.run(['nginx:xyzzy'])).stderr).toBe(` !     \`nginx:xyzzy\` is no command of nginx-vhosts, ${answered}\n`);
  for (const argv of [['apps:help'], ['elsewhere:x'], ['greedy:x']]) expect(await home.run(argv)).toMatchObject({ stderr: '', status: 0 });
  expect(await home.run(['apps:craete', 'x'], { command: join(home.root, 'dokku') })).toMatchObject({ stdout: '', stderr: '', status: 0 });
});

describe('broken commands scripts', () => {
  const home = Sandbox.prepared();
  home.plugin('a-good', { commands: answers({ word: says('first') }) });
  home.plugin('z-good', { commands: answers({ word: says('last') }) });
  const put = (name: string, text: string, mode = 0o755): void => {
    home.plugin(name, { commands: text });
    chmodSync(home.at('plugins/available', name, 'commands'), mode);
  };
  put('not-executable', answers({ word: says('never') }), 0o644);
  put('crlf', '#!/bin/sh\r\nexit 3\r\n');
  put('env-crlf', '#!/usr/bin/env bash\r\nexit 3\r\n');
  put('no-interpreter', '#!/no/such/sh\n');
  put('folder-interpreter', '#!/usr/bin\n');
  put('not-on-path', '#!/usr/bin/env no-such-program\n');
  put('env-split', '#!/usr/bin/env -S no-such-program -x\n');
  put('m-env-absolute', '#!/usr/bin/env /bin/sh\nexit 10\n');
  put('m-env-assigns', '#!/usr/bin/env -S A=b sh\nexit 10\n');
  home.plugin('folder', { 'commands/nested': '#!/bin/sh\nexit 3\n' });
  home.plugin('dangling', {});
  symlinkSync('nowhere', home.at('plugins/available/dangling/commands'));
  home.plugin('loops', {});
  symlinkSync('commands', home.at('plugins/available/loops/commands'));
  mkdirSync(home.at('plugins/enabled'), { recursive: true });
  symlinkSync('../available/gone', home.at('plugins/enabled/gone'));
  symlinkSync('itself', home.at('plugins/enabled/itself'));
  writeFileSync(home.at('plugins/enabled/a-file'), 'x');
  afterAll(() => home[Symbol.dispose]());

  const BROKEN = ['not-executable', 'crlf', 'env-crlf', 'no-interpreter', 'folder-interpreter', 'not-on-path', 'env-split'];

  test('end nothing, and whoever is answered by others hears nothing of them', async () => {
    expect(await home.run(['word'])).toEqual({ stdout: 'first(word)last(word)', stderr: '', status: 0, signal: null });
  });

  test('cost one line each where nobody answers, and do not hide that a word is unknown', async () => {
    const { stdout, stderr, status } = await home.run(['nobody']);
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(stderr).toContain(' !     `nobody` is not a tool command.\n');
    const lines = stderr.split('\n').slice(0, -1);
    for (const name of BROKEN) {
      expect(lines.filter((line) => line.startsWith(` !     Skipping ${home.at('plugins/enabled', name, 'commands')}: `))).toHaveLength(1);
    }
    expect(lines.every((line) => line.startsWith(' !     '))).toBe(true);
    expect(lines.filter((line) => line.includes('Skipping'))).toHaveLength(BROKEN.length);
  });

  test('under the brand dokku they cost no more', async () => {
    symlinkSync(TOOL, join(home.root, 'dokku'));
    expect(await home.run(['word'], { command: join(home.root, 'dokku') })).toMatchObject({ stdout: 'first(word)last(word)', status: 0 });
  });
});

describe('core plugins', () => {
  const core = new Sandbox().dokkusSet();
  core.plugin('mine', { commands: answers({ 'apps:help': says('mine'), 'nobody:x': says('mine') }) });
  afterAll(() => core[Symbol.dispose]());

  /** The `commands` scripts that a word would be asked of, by their plugins' names. */
  const asked = async (...words: string[]): Promise<string[]> => {
    const { stdout } = await core.run(['--explain', '--format', 'json', ...words]);
    return (JSON.parse(stdout) as { commands: string[] }).commands.map((file) => file.split('/').at(-2) as string);
  };

  test('are asked for their own words alone', async () => {
    expect(await asked('nobody')).toEqual(['mine']);
    expect(await asked('nobody:help')).toEqual(['mine']);
    expect(await asked('apps:help')).toEqual(['apps', 'mine']);
    expect(await asked('nginx:help')).toEqual(['mine', 'nginx-vhosts']);
    for (const word of ['url', 'urls', 'report', 'cleanup', 'deploy', 'version']) expect(await asked(`${word}:help`)).toEqual(['00_dokku-standard', 'mine']);
  });

  test('answer for help in their turn, before the community’s or after', async () => {
    const { stdout, status } = await core.run(['apps:help']);
    expect({ stdout, status }).toEqual({ stdout: expect.stringMatching(/^Usage: tool apps\[:COMMAND\]\n(.*\n)*mine\(apps:help\)$/), status: 0 });
    expect(await core.run(['version:help'])).toMatchObject({ stdout: '    version   Print the version\n', stderr: '', status: 0 });
    expect(await core.run(['nobody:x', 'y'])).toEqual({ stdout: 'mine(nobody:x y)', stderr: '', status: 0, signal: null });
  });

  test('are asked for the word that an alias stands for', async () => {
    writeFileSync(core.at('tool.toml'), '[aliases]\na = "apps"\n');
    expect(await asked('a:help')).toEqual(['apps', 'mine']);
    expect(await core.run(['a:help'])).toMatchObject({ stdout: expect.stringContaining('Usage: tool apps[:COMMAND]'), status: 0 });
  });

  test('a plugin of the same name that somebody put in its place is asked for every word', async () => {
    using box = new Sandbox();
    box.plugin('apps', { commands: answers({ both: says('apps') }) });
    expect(await box.run(['both'])).toMatchObject({ stdout: 'apps(both)', status: 0 });
  });
});

test('with no plugin at all, a word is unknown', async () => {
  using empty = Sandbox.prepared();
  await empty.run(['version']);
  mkdirSync(join(empty.root, 'none'));
  const result = await empty.run(['nobody'], { env: { PLUGIN_ENABLED_PATH: join(empty.root, 'none') } });
  expect(result).toMatchObject({ status: 1, stdout: '' });
});
