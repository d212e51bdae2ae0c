import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Repository } from '../support/git.ts';
import { generations, initialised, ok, plugn, SMOKE, SmokeServer, serveHttp, smokeArchive, smokeFiles } from '../support/plugn.ts';
import { Sandbox, SHELLS, type ShellName } from '../support/sandbox.ts';

const at = (box: Sandbox, ...path: string[]): string => join(box.root, 'plugins', ...path);
const row = (version: string, state: 'enabled' | 'disabled', name = SMOKE): string =>
  `  ${name.padEnd(20)} ${version.padEnd(5)} ${state.padEnd(10)} a plugin to try things on\n`;

const smoke = new SmokeServer();
beforeAll(() => smoke.start());
afterAll(() => smoke.stop());

/** What must be so after every change, made or refused: nothing half done. */
function expectWhole(box: Sandbox): void {
  if (!existsSync(at(box, 'store'))) return;
  expect(existsSync(at(box, 'store/pending'))).toBe(false);
  expect(existsSync(at(box, 'store/.staging')) ? readdirSync(at(box, 'store/.staging')) : []).toEqual([]);
}

describe('the functional checks of plugn 0.13.0', () => {
  test('plugn alone, like plugn help, prints its commands', async () => {
    using box = new Sandbox();
    const { stdout, stderr, status } = await plugn(box, []);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout.split('\n').slice(0, 2)).toEqual(['', 'Available commands:']);
    const words = [...stdout.matchAll(/^ {2}(\S+) +\S/gm)].map(([, word]) => word);
    expect(words).toEqual(['config', 'disable', 'enable', 'help', 'init', 'install', 'list', 'source', 'trigger', 'uninstall', 'update', 'version']);
    expect(await plugn(box, ['help'])).toEqual(ok(stdout));
  });

  test('plugn init makes a plugin path, and again keeps what is there', async () => {
    using box = new Sandbox();
    const said = ok(`Initialized empty Plugn plugin path in ${join(box.root, 'plugins')}\n`);
    expect(await plugn(box, ['init'])).toEqual(said);
    expect(readdirSync(at(box)).sort()).toEqual(['available', 'config.toml', 'enabled']);
    writeFileSync(at(box, 'config.toml'), '# mine\n');
    expect(await plugn(box, ['init'])).toEqual(said);
    expect(readFileSync(at(box, 'config.toml'), 'utf8')).toBe('# mine\n');
  });

  test('plugn init says where it cannot', async () => {
    using box = new Sandbox();
    box.file('file', '');
    for (const [path, code] of [
      [join(box.root, 'file/plugins'), 'ENOTDIR'],
      ['/proc/none/plugins', 'ENOENT'],
    ] as const) {
      const { status, stdout, stderr } = await plugn(box, ['init'], { env: { PLUGIN_PATH: path } });
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toContain(` !     Cannot make the plugin path: ${path} (${code}); `);
    }
  });

  test.each(['version', '--version', '-v'])('plugn version needs no plugin path, written as %s', async (word) => {
    using box = new Sandbox();
    expect(await plugn(box, [word], { env: { PLUGIN_PATH: undefined } })).toEqual(ok('plugn: 0.13.0\n'));
  });

  test('install, enable and disable show in the list', async () => {
    using box = initialised();
    expect(await plugn(box, ['install', smoke.url])).toEqual(ok());
    expect(await plugn(box, ['list'])).toEqual(ok(row('0.9.0', 'disabled')));
    expect(await plugn(box, ['trigger', 'trigger'])).toEqual(ok());
    expect(await plugn(box, ['enable', SMOKE])).toEqual(ok());
    expect(await plugn(box, ['list'])).toEqual(ok(row('0.9.0', 'enabled')));
    expect(await plugn(box, ['disable', SMOKE])).toEqual(ok());
    expect(await plugn(box, ['list'])).toEqual(ok(row('0.9.0', 'disabled')));
    expectWhole(box);
  });

  test('so does one from an archive, whose one directory is the plugin', async () => {
    using box = initialised();
    await using server = await serveHttp((_request, response) => response.end(smokeArchive('0.3.0')));
    expect(await plugn(box, ['install', `${server.url}/archive/v0.3.0.tar.gz`, SMOKE])).toEqual(ok());
    expect(existsSync(at(box, 'available', SMOKE, 'plugin.toml'))).toBe(true);
    await plugn(box, ['enable', SMOKE]);
    expect(await plugn(box, ['list'])).toEqual(ok(row('0.3.0', 'enabled')));
    expect(await plugn(box, ['disable', SMOKE])).toEqual(ok());
    expect(await plugn(box, ['list'])).toEqual(ok(row('0.3.0', 'disabled')));
  });

  test('an archive that is not there fails, and what is installed stays and works', async () => {
    using box = initialised();
    await using server = await serveHttp((_request, response) => response.writeHead(404).end());
    const missing = `${server.url}/notfound.tar.gz`;
    const failed = { status: 2, stdout: '', stderr: ` !     Cannot download ${missing}: the server answered 404; check the address\n` };
    expect(await plugn(box, ['install', missing, SMOKE])).toMatchObject(failed);
    expect(readdirSync(at(box, 'available'))).toEqual([]);
    await plugn(box, ['install', smoke.url]);
    await plugn(box, ['enable', SMOKE]);
    expect(await plugn(box, ['install', missing, SMOKE])).toMatchObject(failed);
    expect(await plugn(box, ['list'])).toEqual(ok(row('0.9.0', 'enabled')));
    expect((await plugn(box, ['trigger', 'trigger'])).stdout).toContain('triggered');
    expectWhole(box);
  });

  test('twice from the same URL is fine, from another is not', async () => {
    using box = initialised();
    await plugn(box, ['install', smoke.url, SMOKE]);
    expect(await plugn(box, ['install', smoke.url, SMOKE])).toEqual({ ...ok(), stderr: `Plugin '${SMOKE}' is already installed.\n` });
    const other = `Plugin '${SMOKE}' is already installed, but with a different url. To install anyway, uninstall it first.\n`;
    expect(await plugn(box, ['install', `${smoke.url}-main`, SMOKE])).toEqual({ ...ok(), stderr: other, status: 1 });
    mkdirSync(at(box, 'available/by-hand'));
    expect(await plugn(box, ['install', smoke.url, 'by-hand'])).toEqual({
      ...ok(),
      stderr: 'by-hand is already installed, but it does not seem to be a git repository\n',
      status: 1,
    });
    expect(await plugn(box, ['list'])).toMatchObject({ stdout: expect.stringContaining(row('0.9.0', 'disabled')) });
  });

  test('a plugin pinned to a tag is triggered', async () => {
    using box = initialised();
    await plugn(box, ['install', smoke.url]);
    expect(await plugn(box, ['update', SMOKE, 'v0.3.0'])).toEqual(ok(`Plugin (${SMOKE}) updated and pinned to v0.3.0\n`));
    await plugn(box, ['enable', SMOKE]);
    expect(await plugn(box, ['list'])).toEqual(ok(row('0.3.0', 'enabled')));
    expect(await plugn(box, ['trigger', 'trigger'])).toEqual(ok('triggered smoke-test-plugin \n'));
  });

  test('plugn uninstall takes it off the list, and of what is not there is fine', async () => {
    using box = initialised();
    await plugn(box, ['install', smoke.url]);
    await plugn(box, ['enable', SMOKE]);
    expect(await plugn(box, ['uninstall', SMOKE])).toEqual(ok());
    expect(await plugn(box, ['list'])).toEqual(ok());
    expect(readdirSync(at(box, 'enabled'))).toEqual([]);
    expect(await plugn(box, ['uninstall', SMOKE])).toEqual(ok());
    expectWhole(box);
  });

  test.each([
    ['master', SMOKE, 'testing', '0.3.0-testing'],
    ['main', `${SMOKE}-main`, 'main', '0.9.0'],
  ])('update to a tag, then to a branch, where the default branch is %s', async (_branch, name, branch, version) => {
    using box = initialised();
    expect(await plugn(box, ['install', smoke.url.replace(SMOKE, name)])).toEqual(ok());
    expect(await plugn(box, ['list'])).toEqual(ok(row('0.9.0', 'disabled', name)));
    expect(await plugn(box, ['update', name, 'v0.2.0'])).toMatchObject({ status: 0 });
    expect(await plugn(box, ['list'])).toEqual(ok(row('0.2.0', 'disabled', name)));
    expect(await plugn(box, ['update', name])).toEqual(ok('Plugin pinned to v0.2.0\n'));
    expect(await plugn(box, ['update', name, branch])).toEqual(ok(`Plugin (${name}) updated and pinned to ${branch}\n`));
    expect(await plugn(box, ['list'])).toEqual(ok(row(version, 'disabled', name)));
    expect(await plugn(box, ['update', name])).toEqual(ok(`Plugin (${name}) updated\n`));
    expectWhole(box);
  });

  test.each([['gateway'], ['trigger-gateway', 'some-hook'], ['reload-gateway']])(
    '%s is gone, as gateway, trigger-gateway and reload-gateway are',
    async (...argv) => {
      using box = initialised();
      const { stdout, status } = await plugn(box, argv);
      expect({ status, line: stdout.split('\n')[0] }).toEqual({ status: 2, line: `No such command: ${argv[0]}` });
    },
  );
});

describe('plugn update', () => {
  test('follows the branch; nothing new is no new generation', async () => {
    using box = initialised();
    const repository = new Repository(join(box.root, SMOKE));
    repository.commit(smokeFiles('0.9.0'));
    await plugn(box, ['install', repository.path]);
    expect(await plugn(box, ['update', SMOKE])).toEqual(ok(`Plugin (${SMOKE}) updated\n`));
    expect(generations(box)).toEqual([1]);
    repository.commit(smokeFiles('1.0.0'));
    expect(await plugn(box, ['update', SMOKE])).toEqual(ok(`Plugin (${SMOKE}) updated\n`));
    expect(await plugn(box, ['list'])).toEqual(ok(row('1.0.0', 'disabled')));
    expect(generations(box)).toEqual([1, 2]);
  });

  test('tells what it cannot update', async () => {
    using box = initialised();
    await plugn(box, ['install', smoke.url]);
    expect(await plugn(box, ['update', 'nope'])).toEqual({ ...ok('Plugin (nope) not installed\n'), status: 1 });
    mkdirSync(at(box, 'available/by-hand'));
    expect(await plugn(box, ['update', 'by-hand'])).toEqual(ok('Plugin (by-hand) not managed by git\n'));
    symlinkSync(smoke.path(SMOKE), at(box, 'available/linked'));
    expect(await plugn(box, ['update', 'linked'])).toEqual(ok(`Plugin (linked) is a link to ${smoke.path(SMOKE)}; update it there\n`));
    const unknown = await plugn(box, ['update', SMOKE, 'nope']);
    expect(unknown).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('has no branch, tag or commit "nope"; its tags: v0.') });
    expect(await plugn(box, ['list'])).toMatchObject({ stdout: expect.stringContaining(row('0.9.0', 'disabled')) });
    expectWhole(box);
  });

  test('of a clone that plugn itself made goes by what is checked out', async () => {
    using box = initialised();
    const git = (...words: string[]) => box.run(words, { command: 'git', cwd: at(box, 'available') });
    await git('clone', '-q', smoke.url, SMOKE);
    await git('-C', SMOKE, 'checkout', '-q', 'v0.2.0');
    writeFileSync(at(box, 'available', SMOKE, '.plugin_committish'), 'v0.2.0\n');
    expect(await plugn(box, ['update', SMOKE])).toEqual(ok('Plugin pinned to v0.2.0\n'));
    await git('-C', SMOKE, 'checkout', '-q', 'testing');
    expect(await plugn(box, ['update', SMOKE])).toEqual(ok(`Plugin (${SMOKE}) updated\n`));
    expect(await plugn(box, ['list'])).toEqual(ok(row('0.3.0-testing', 'disabled')));
  });
});

describe('plugn install', () => {
  test.each([
    ['%s/greet.git', 'greet'],
    ['%s/greet-1.2.tar.gz', 'greet-1'],
    ['%s/a.b/c.d.e', 'c'],
  ])('%s is named up to its first dot', async (form, name) => {
    using box = initialised();
    mkdirSync(at(box, 'available', name));
    await using server = await serveHttp((_request, response) => response.end(smokeArchive('0.3.0')));
    const result = await plugn(box, ['install', form.replace('%s', server.url)]);
    if (form.endsWith('.tar.gz')) expect(await plugn(box, ['list'])).toEqual(ok(row('0.3.0', 'disabled', name)));
    else expect(result.stderr).toBe(`${name} is already installed, but it does not seem to be a git repository\n`);
  });

  test('an archive in the place of an enabled plugin is enabled, and the same again is no new generation', async () => {
    using box = initialised();
    let version = '0.2.0';
    await using server = await serveHttp((_request, response) => response.end(smokeArchive(version)));
    const install = () => plugn(box, ['install', `${server.url}/x.tgz`, SMOKE]);
    await install();
    await plugn(box, ['enable', SMOKE]);
    expect(await install()).toEqual(ok());
    expect(generations(box)).toEqual([1]);
    version = '0.3.0';
    expect(await install()).toEqual(ok());
    expect(await plugn(box, ['list'])).toEqual(ok(row('0.3.0', 'enabled')));
  });

  test('a path is a repository, and one without plugin.toml is a plugin all the same', async () => {
    using box = initialised();
    const repository = new Repository(join(box.root, 'odd 100%'));
    repository.commit({ hook: '#!/bin/sh\necho plain\n' });
    expect(await plugn(box, ['install', repository.path, 'plain'])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(/^ ! {5}plain\/plugin\.toml is missing/),
    });
    await plugn(box, ['enable', 'plain']);
    expect((await plugn(box, ['list'])).stdout).toBe('  plain                -     enabled    \n');
    expect(await plugn(box, ['trigger', 'hook'])).toEqual(ok('plain\n'));
    expect(await plugn(box, ['install', repository.path, 'plain'])).toEqual({ ...ok(), stderr: "Plugin 'plain' is already installed.\n" });
  });

  test('ends as git does where it cannot clone, and leaves nothing', async () => {
    using box = initialised();
    expect(await plugn(box, ['install', `${smoke.url}-none`])).toMatchObject({
      status: 128,
      stdout: '',
      stderr: expect.stringContaining(`Cannot clone ${smoke.url}-none`),
    });
    expect(readdirSync(at(box, 'available'))).toEqual([]);
    expectWhole(box);
    rmSync(at(box, 'available'), { recursive: true });
    expect(await plugn(box, ['install', smoke.url])).toEqual({
      ...ok(),
      stderr: ` !     ${at(box, 'available')} is not there; make it with \`plugn init\`\n`,
      status: 1,
    });
  });
});

describe('plugn enable, plugn disable', () => {
  test('twice is fine and leaves no link inside; what is not there is refused', async () => {
    using box = initialised();
    mkdirSync(at(box, 'available/mine'));
    for (let time = 0; time < 2; time++) expect(await plugn(box, ['enable', 'mine'])).toEqual(ok());
    expect(readdirSync(at(box, 'available/mine'))).toEqual([]);
    expect(readlinkSync(at(box, 'enabled/mine'))).toBe('../available/mine');
    expect(await plugn(box, ['disable', 'mine'])).toEqual(ok());
    expect(await plugn(box, ['disable', 'mine'])).toEqual({ ...ok(), stderr: ' !     Plugin (mine) is not enabled; see `plugn list`\n', status: 1 });
    expect(await plugn(box, ['enable', 'nope'])).toEqual({
      ...ok(),
      stderr: ' !     Plugin (nope) is not installed; see `plugn list` for those that are\n',
      status: 1,
    });
    expect(readdirSync(at(box, 'enabled'))).toEqual([]);
    symlinkSync('../available/gone', at(box, 'enabled/gone'));
    expect(await plugn(box, ['disable', 'gone'])).toEqual(ok());
  });

  test('a plugin that is enabled by hand has its configuration, installed by plugn or not', async () => {
    using box = initialised();
    writeFileSync(at(box, 'config.toml'), `[${SMOKE}]\ntesting = "yes"\n`);
    await plugn(box, ['install', smoke.url]);
    symlinkSync(at(box, 'available', SMOKE), at(box, 'enabled', SMOKE));
    expect(await plugn(box, ['trigger', 'trigger'])).toEqual(ok('triggered smoke-test-plugin yes\n'));
    expect(await plugn(box, ['enable', SMOKE])).toEqual(ok());
    expect(readlinkSync(at(box, 'enabled', SMOKE))).toBe(at(box, 'available', SMOKE));
  });
});

describe('plugn list, plugn source', () => {
  test('rows are printf’s, whatever a manifest lacks', async () => {
    using box = initialised();
    const manifests: [string, string | undefined][] = [
      ['a-name-of-more-than-twenty', '[plugin]\r\nversion = "1.22.333"\r\ndescription = "d  e"\r\n'],
      ['broken', '[plugin\n'],
      ['bare', undefined],
      ['lines', '[plugin]\nversion = "1"\ndescription = "one\\ntwo"\n'],
    ];
    for (const [name, text] of manifests) {
      mkdirSync(at(box, 'available', name));
      if (text !== undefined) writeFileSync(at(box, 'available', name, 'plugin.toml'), text);
    }
    const { stdout, stderr, status } = await plugn(box, ['list']);
    expect({ stdout, status }).toEqual({
      status: 0,
      stdout:
        '  a-name-of-more-than-twenty 1.22.333 disabled   d  e\n' +
        '  bare                 -     disabled   \n' +
        '  broken               -     disabled   \n' +
        '  lines                1     disabled   one two\n',
    });
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('bare/plugin.toml is missing'), expect.stringContaining('broken/plugin.toml:1:')]);
    const printf = await box.run(['-c', 'printf "  %-20s %-5s %-10s %s\\n" lines 1 disabled "one two"'], { command: 'sh' });
    expect(stdout.endsWith(printf.stdout)).toBe(true);
  });

  test.each([undefined, ...Object.keys(SHELLS)] as (ShellName | undefined)[])(
    'source prints lines in byte order that any shell evaluates, under %s',
    async (shell) => {
      using box = new Sandbox();
      const root = join(box.root, "it's a $(touch hacked) root");
      for (const name of ['b', 'B', 'a-b', 'a', 'x y', 'none', 'off'])
        box.file(`it's a $(touch hacked) root/available/${name}/${name === 'none' ? 'other' : name}.sh`, `sourced="$sourced ${name}"\n`);
      mkdirSync(join(root, 'enabled'));
      for (const name of ['b', 'B', 'a-b', 'a', 'x y', 'none']) symlinkSync(`../available/${name}`, join(root, 'enabled', name));
      const env = { PLUGIN_PATH: root, LC_ALL: 'en_US.UTF-8' };
      const result = await plugn(box, ['source'], { env, ...(shell ? { shell } : {}) });
      expect(result).toMatchObject({ status: 0, stderr: expect.stringContaining('x y": its name is not a plugin\'s') });
      const sourced = await box.run(['-c', 'eval "$1"; printf "%s" "$sourced"', 'bash', result.stdout], { command: 'bash' });
      expect(sourced).toEqual(ok(' B a a-b b'));
      expect(readdirSync(box.root)).not.toContain('hacked');
      expect(await plugn(box, ['source'], { env: { PLUGIN_PATH: join(box.root, 'none') } })).toEqual(ok());
      box.file('plain/enabled/p/p.sh', '');
      expect(await plugn(box, ['source'], { env: { PLUGIN_PATH: join(box.root, 'plain') } })).toEqual(ok(`source ${join(box.root, 'plain')}/enabled/p/p.sh\n`));
    },
  );
});

describe('a command line that is wrong', () => {
  const pathless = '!! PLUGIN_PATH is not set in environment\n';
  test.each([[], ['list'], ['init'], ['install', 'x'], ['config'], ['help'], ['trigger'], ['frob']])('without PLUGIN_PATH: %s', async (...argv) => {
    using box = new Sandbox();
    expect(await plugn(box, argv, { env: { PLUGIN_PATH: undefined } })).toEqual({ ...ok(pathless), status: 2 });
  });

  const cases: [string[], string][] = [
    [['install'], 'plugn install needs <url>; usage: plugn install <url> [name]'],
    [['install', ''], 'plugn install needs <url>; usage: plugn install <url> [name]'],
    [['install', 'u', 'n', 'more'], 'plugn install takes no argument "more"; usage: plugn install <url> [name]'],
    [['install', '--branch', 'u'], 'plugn install has no option --branch; usage: plugn install <url> [name]'],
    [['list', '-l'], 'plugn list has no option -l; usage: plugn list'],
    [['version', 'x'], 'plugn version takes no argument "x"; usage: plugn version'],
    [['source', 'x'], 'plugn source takes no argument "x"; usage: plugn source'],
    [['uninstall'], 'plugn uninstall needs <plugin>; usage: plugn uninstall <plugin>'],
    [['update'], 'plugn update needs <plugin>; usage: plugn update <plugin> [committish]'],
    [['config', 'set', 'p', 'k'], 'plugn config set needs <value>; usage: plugn config set <plugin> <key> <value>'],
  ];
  test.each(cases)('%j is exit 2 with the usage', async (argv, line) => {
    using box = initialised();
    expect(await plugn(box, argv)).toEqual({ ...ok(), stderr: ` !     ${line}\n`, status: 2 });
  });

  const hostile = ['../x', '.', '..', 'a/b', 'a b', 'new\nline'];
  test.each(['enable', 'disable', 'uninstall', 'update'])('%s refuses names that are no plugin’s', async (command) => {
    using box = initialised();
    box.file('x/kept', '').file('plugins/x/kept', '');
    for (const name of hostile) {
      expect(await plugn(box, [command, name])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining("cannot be a plugin's name") });
    }
    expect(existsSync(join(box.root, 'plugins/x/kept'))).toBe(true);
  });

  test('install refuses them too', async () => {
    using box = initialised();
    for (const name of [...hostile, 'pending']) expect(await plugn(box, ['install', smoke.url, name])).toMatchObject({ status: 1, stdout: '' });
    expect(readdirSync(at(box, 'available'))).toEqual([]);
  });

  test('help tells what a command takes', async () => {
    using box = initialised();
    const install = ok('install <url> [name]\n  Install a plugin from a git URL or an archive, without enabling it\n\n');
    for (const argv of [
      ['help', 'install'],
      ['install', '--help'],
      ['install', 'x', '-h'],
    ])
      expect(await plugn(box, argv)).toEqual(install);
    expect((await plugn(box, ['trigger', '--help'])).stdout).toMatch(/^trigger <hook> \[args\.\.\.\]\n/);
    expect((await plugn(box, ['help', 'config', 'set'])).stdout).toMatch(/^config set <plugin> <key> <value>\n/);
    expect((await plugn(box, ['config'])).stdout).toMatch(/^Plugin configuration\n\nAvailable commands:\n {2}export .*\n {2}get .*\n {2}set .*\n\n$/);
    expect((await plugn(box, ['--help'], { env: { PLUGIN_PATH: undefined } })).stdout).toContain('Available commands:');
    for (const argv of [
      ['help', 'frob'],
      ['config', 'frob'],
    ]) {
      expect(await plugn(box, argv)).toMatchObject({ status: 2, stdout: expect.stringMatching(/^No such command: frob\n\nAvailable commands:\n/) });
    }
  });
});

describe('.plugn in the current directory', () => {
  test.each([
    ['absolute', (box: Sandbox) => join(box.root, 'theirs')],
    ['relative', () => './theirs'],
    ['relative, with a line end', () => 'theirs\n'],
  ])('names the plugin path: %s', async (_name, text) => {
    using box = new Sandbox();
    box.file('theirs/available/here/plugin.toml', '[plugin]\nversion = "1"\n').file('theirs/available/here/hook', '#!/bin/sh\necho heard\n');
    box.file('.plugn', text(box));
    expect((await plugn(box, ['list'])).stdout).toBe('  here                 1     disabled   \n');
    expect(await plugn(box, ['enable', 'here'], { env: { PLUGIN_PATH: undefined } })).toEqual(ok());
    expect(await plugn(box, ['trigger', 'hook'])).toEqual(ok('heard\n'));
    expect(await plugn(box, ['trigger', 'hook'], { cwd: '/' })).toEqual(ok());
  });

  test('counts for nothing inside tool, where it could lead guards astray', async () => {
    using box = new Sandbox();
    box.plugin('real', { hook: '#!/bin/sh\necho real\n' });
    box.file('theirs/enabled/fake/hook', '#!/bin/sh\necho fake\n').file('.plugn', 'theirs');
    expect(await box.run(['plugin:trigger', 'hook'])).toEqual(ok('real\n'));
    expect(await plugn(box, ['trigger', 'hook'])).toEqual(ok('fake\n'));
  });
});
