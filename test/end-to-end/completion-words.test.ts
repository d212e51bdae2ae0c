import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PACKAGE, type RunOptions, Sandbox, SHELLS, type ShellName, TOOL } from '../support/sandbox.ts';

const USAGE = '#!/bin/sh\n# Summary: Ship an app\n# Usage: deploy:ship <app> [--level low|high] [--file <file>] [--now] [<new-name>]\n';
/** As rbenv's commands do. */
const PROVIDES =
  '#!/bin/sh\nset -e\n# Provide tool completions\nif [ "$1" = --complete ]; then shift; echo "--bare"; printf "%s\\n" "seen-$#" "$TOOL_COMMAND"; exit; fi\n';
const NAMES = (...names: string[]) => JSON.stringify({ names, versions: [], descriptions: [], types: [], platforms: [], alike: [], ends: [] });

let box: Sandbox;

beforeAll(async () => {
  box = Sandbox.prepared();
  box.plugin('deploy', { 'subcommands/ship': USAGE, 'bare/ship': '#!/bin/sh\n', 'bare/canary': '#!/bin/sh\n', 'bare/notes': 'no program' });
  box.plugin('nested', { 'subcommands/db:dump': '#!/bin/sh\n', 'bare/dump': '#!/bin/sh\n', 'bare/two words': '#!/bin/sh\n' });
  box.plugin('deep', { commands: '#!/bin/sh\nexit 10\n' });
  box.plugin('hooks', { install: '#!/bin/sh\n', 'post-create': '#!/bin/sh\n', 'post-config-update': 'no program' });
  box.plugin('versions', { 'bare/pick': PROVIDES });
  box.plugin('toast', {
    'bare/spread': '#!/bin/sh\n',
    complete:
      '#!/bin/sh\ncase $1 in toast:spread) printf "jam\\tsweet\\nbutter\\nja\\033m\\n:exec\\n" ;; esac\n[ "$2" != args ] || echo "j-$#-$TOOL_COMMAND"\n',
  });
  box.plugin('parcel', {
    'bare/send': `#!/bin/sh\n#USAGE flag "-l --level <level>" help="How much" { choices "low" "high"; }\n#USAGE flag "--old" hide=#true\n#USAGE flag "--to <dir>"\n#USAGE arg "<place>"\n#USAGE complete "place" run="printf 'a\\\\\\\\:b:x\\\\nc\\\\n'" descriptions=#true\n`,
    'bare/sort':
      '#!/bin/bash\n# @option --by![`_ways`] how\n# @arg what*[x|y]\n_ways() { echo "size"; echo "$0" | sed "s/.*\\///"; }\neval "$(tool args "$0" "$@")"\n',
    'bare/broken': '#!/bin/sh\n# Usage: broken [--from-usage]\n#USAGE flag "--x\n',
  });
  box.plugin('slow', { 'bare/wait': '#!/bin/sh\n', complete: '#!/bin/sh\necho early\nsleep 60\necho late\n' });
  box.plugin('server', { 'bare/ping': '#!/bin/sh\n' });
  box.plugin('off', { 'bare/x': '#!/bin/sh\n' }, { enabled: false });
  writeFileSync(
    box.at('tool.toml'),
    '[repositories.acme]\nurl = "https://example.org/index.yaml"\n[repositories]\nother = { url = "x" }\n[plugins]\nthird = "x"\n',
  );
  for (const file of [
    'all/minisign-E7620F1842B4E81F.pub',
    'all/other',
    'all/openpgp-5E615389B53CA37F0EE60BD3843BBF981FC18762.asc',
    'for/acme/ssh-SHA256-a_b+c.pub',
  ]) {
    mkdirSync(join(box.at('trust'), file, '..'), { recursive: true });
    writeFileSync(join(box.at('trust'), file), '');
  }
  const copy = box.at('plugins/repositories/acme');
  mkdirSync(join(copy, 'index-1'), { recursive: true });
  writeFileSync(join(copy, 'meta.json'), '{\n  "snapshot": "index-1"\n}\n');
  writeFileSync(join(copy, 'index-1/rows.json'), NAMES('ship', 'sh"ell', 'kubectl'));
  for (const app of ['web', 'api-1']) expect(await box.run(['apps:create', app])).toMatchObject({ status: 0 });
});
afterAll(() => box[Symbol.dispose]());

/** The candidates of a line, without what they are for. */
async function candidates(words: readonly string[], options: RunOptions = {}): Promise<string[]> {
  const { stdout, stderr, status } = await box.run(['--complete', '--', ...words], options);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/\t.*/, ''));
}

const TABLE: readonly (readonly [what: string, words: readonly string[], candidates: readonly string[]])[] = [
  ['flags that a core command declares, and the global ones', ['apps:destroy', '-'], ['--force', '--help', '--app', '--quiet', '--trace']],
  ['the app of one that declares flags alone', ['config:get', '--quoted', 'w'], ['web']],
  ['commands of a plugin, a file in both folders once', ['deploy'], ['deploy:ship', 'deploy:canary', 'deploy']],
  ['names that end alike, and none that cannot be typed', ['nest'], ['nested:db:dump', 'nested:dump', 'nested']],
  ['behind the colon', ['deploy:c'], ['deploy:canary']],
  ['a plugin of `commands` alone, and none of hooks', ['dee'], ['deep']],
  ['no hooks', ['hook'], []],
  ['a disabled plugin', ['off'], []],
  ['own words', ['ver'], ['version', 'versions:pick', 'versions']],
  ['a family', ['completion:'], ['completion:install', 'completion:uninstall']],
  ['a family whose name a plugin has', ['core-s'], ['core-server:check', 'core-server', 'core-server:key', 'core-server:setup']],
  ['the plugin that has it', ['server:'], ['server:ping']],
  ['what no word may be', ['$(touch x)'], []],
  ['a pattern is no word', ['*'], []],
  ['global flags', ['--q'], ['--quiet']],
  ['what help is about', ['help', 'deploy:'], ['deploy:ship', 'deploy:canary']],
  ['flags of help', ['help', '-'], ['--all']],
  ['nothing more of it', ['help', 'deploy', 'd'], []],
  ['behind global flags', ['--quiet', '--app', 'web', 'dee'], ['deep']],
  ['apps for --app', ['--app', 'w'], ['web']],
  ['apps for --app=', ['--app=w'], ['--app=web']],
  ['an app by usage', ['deploy:ship', ''], ['api-1', 'web']],
  ['flags by usage, but for those given', ['deploy:ship', '--now', '--'], ['--level', '--file', '--app', '--force', '--quiet', '--trace']],
  ['a choice by usage', ['deploy:ship', 'web', '--level', 'h'], ['high']],
  ['a choice behind =', ['deploy:ship', '--level=l'], ['--level=low']],
  ['a value is no argument', ['deploy:ship', '--level', 'low', 'w'], ['web']],
  ['a file by usage', ['deploy:ship', '--file', 'x'], [':files']],
  ['files where nothing is known', ['deploy:canary', ''], [':files']],
  ['files for a word of nobody', ['nobody', ''], [':files']],
  ['flags of Node', ['plugin:update', '--from=x', '--dr'], ['--dry-run']],
  ['choices of Node', ['plugin:install', '--type', ''], ['executor', 'source']],
  ['installed plugins', ['plugin:uninstall', 't'], ['toast']],
  ['plugins that can be enabled', ['plugin:enable', 'o'], ['off']],
  ["plugins of Dokku's set that can be enabled", ['plugin:enable', 'certs'], ['certs']],
  ['trusted keys', ['trust:remove', ''], ['minisign:E7620F1842B4E81F', 'openpgp:5E615389B53CA37F0EE60BD3843BBF981FC18762', 'ssh:SHA256:a/b+c']],
  ['repositories', ['repository:update', ''], ['acme', 'other']],
  ['what repositories have, and files', ['plugin:install', 'sh'], ['ship', ':files']],
  ['with the name of the repository', ['plugin:install', 'acme/k'], ['acme/kubectl', ':files']],
  ['directories', ['repository:package', ''], [':directories']],
  ['triggers that somebody listens to', ['plugin:trigger', 'post-c'], ['post-create']],
  ['shells', ['completion', ''], ['bash', 'zsh', 'fish']],
  ["a plugin's own, without what is no text or is a directive", ['toast:spread', 'j'], ['jam']],
  ["a plugin's own is given the line", ['toast:spread', 'args', 'j'], ['jam', 'j-3-toast:spread']],
  ['declared flags, but for those given, and no others', ['parcel:send', '--level', 'low', '-'], ['-l', '--to', '--help']],
  ['declared choices', ['parcel:send', '--level=h'], ['--level=high']],
  ['directories by the name of a value', ['parcel:send', '--to', ''], [':directories']],
  ['what a declared command prints', ['parcel:send', '-l', 'low', ''], ['a:b', 'c']],
  ['nothing where all that is declared stands', ['parcel:send', 'c', ''], []],
  ["choices of argc's", ['parcel:sort', 'x', ''], ['x', 'y']],
  ['what a function of the script prints', ['parcel:sort', '--by', 's'], ['size', 'sort']],
  ['the usage line of what is no declaration', ['parcel:broken', '--from'], ['--from-usage']],
  ['a command that provides completions', ['versions:pick', 'a', ''], ['--bare', 'seen-2', 'versions:pick']],
];

describe.each(Object.keys(SHELLS) as ShellName[])('%s', (shell) => {
  test.each(TABLE)('%s', async (_, words, wanted) => {
    expect((await candidates(words, { shell })).sort()).toEqual([...wanted].sort());
  });
});

describe('words of tool.toml', () => {
  let own: Sandbox;
  beforeAll(() => {
    own = Sandbox.prepared();
    own.plugin('ops', {
      'bare/backup': '#!/bin/sh\n# Summary: Keep it\n# Usage: backup <app> [--level low|high]\n',
      'bare/dump': '#!/bin/sh\n',
      'bare/net': '#!/bin/sh\n',
    });
    own.plugin('net', { 'bare/up': '#!/bin/sh\n# Summary: Start\n# Usage: up [--now]\n', 'subcommands/down': '#!/bin/sh\n' });
    own.plugin('whole', { 'bare/default': '#!/bin/sh\n', 'bare/part': '#!/bin/sh\n' });
    mkdirSync(own.at('root/web'));
    writeFileSync(
      own.at('tool.toml'),
      '[dispatch]\ndefault = "ops"\nspaces = true\n[aliases]\nn = "net"\nu = "net:up"\nwhole = "net"\ndump = "net:up"\nbad = "../x"\n',
    );
  });
  afterAll(() => own[Symbol.dispose]());

  const OF_SETTINGS: readonly (readonly [what: string, words: readonly string[], lines: readonly string[]])[] = [
    ["the default plugin's, not twice", ['ba'], ['backup\tKeep it']],
    ['in full too', ['ops:b'], ['ops:backup\tKeep it']],
    ['none that an alias or a plugin has', ['du'], ['dump\talias for net:up']],
    ['behind the plugin', ['ops', 'd'], ['dump\t']],
    ['behind a plugin, with what they are for', ['net', ''], ['up\tStart', 'down\t']],
    ['behind an alias', ['n', 'u'], ['up\tStart']],
    ['behind the colon of an alias', ['n:'], ['n:up\tStart', 'n:down\t']],
    ['none behind one with a default command', ['whole', 'pa'], [':files']],
    ['arguments of a word of the default plugin', ['backup', 'w'], ['web\tapp']],
    ['of a plugin and its command', ['ops', 'backup', 'web', '--level', 'h'], ['high\t']],
    ['of an alias', ['u', '--n'], ['--now\t']],
    ['aliases', ['n'], ['net\t', 'net:up\tStart', 'net:down\t', 'n\talias for net']],
  ];

  test.each(Object.keys(SHELLS) as ShellName[])('under %s', async (shell) => {
    for (const [what, words, lines] of OF_SETTINGS) {
      const { stdout, stderr, status } = await own.run(['--complete', '--describe', '--', ...words], { shell });
      expect({ what, stderr, status, lines: stdout.split('\n').filter(Boolean).sort() }).toEqual({ what, stderr: '', status: 0, lines: [...lines].sort() });
    }
    const { stdout } = await own.run(['--complete', '--', ''], { shell });
    expect(stdout).not.toMatch(/^(ops:backup|bad)\t/m);
    expect(stdout).toMatch(/^ops:net\t/m);
  });
});

test('descriptions are the summaries of files, and those of the commands of Node', async () => {
  const described = async (word: string) => (await box.run(['--complete', '--describe', '--', word])).stdout;
  expect(await described('deploy:')).toBe('deploy:ship\tShip an app\ndeploy:canary\t\n');
  expect(await described('plugin:pi')).toBe('plugin:pin\tExclude a plugin from updates\n');
});

test('a plugin that does not answer in a second has said what it has said', async () => {
  expect(await candidates(['slow:wait', ''])).toEqual(['early']);
});

test('no plugin is asked about a command that a guard denies', async () => {
  using guarded = Sandbox.prepared();
  guarded.plugin('toast', { 'bare/spread': '#!/bin/sh\n', complete: '#!/bin/sh\necho jam\n' });
  expect((await guarded.run(['--complete', '--', 'toast:spread', ''])).stdout).toBe('jam\n');
  guarded.plugin('wall', { 'user-auth': '#!/bin/sh\nexit 1\n' });
  expect(await guarded.run(['--complete', '--', 'toast:spread', ''])).toMatchObject({ stdout: ':files\n', stderr: '' });
});

test('who comes by SSH is not answered', async () => {
  const env = { SSH_ORIGINAL_COMMAND: '--complete -- dep' };
  expect(await box.run([], { env })).toMatchObject({ stdout: '', status: 1 });
});

test("the words of Dokku's set are those that are typed", async () => {
  using dokkus = new Sandbox();
  dokkus.dokkusSet();
  const words = async (...line: string[]) => (await dokkus.run(['--complete', '--', ...line])).stdout.replaceAll(/\t.*/g, '').trim().split('\n');
  expect(await words('nginx:set')).toEqual(['nginx:set']);
  expect(await words('nginx-v')).toEqual(['']);
  expect((await words('url')).sort()).toEqual(['url', 'urls']);
});

test('no Node is started once the home is prepared', async () => {
  using other = Sandbox.prepared();
  const node = join(other.root, 'node');
  other.file('node', `#!/bin/sh\n: >'${other.root}/started'\n`);
  const rendered = readdirSync(other.at(`env${PACKAGE}`)).map((file) => other.at(`env${PACKAGE}`, file));
  expect(rendered.length).toBe(1);
  for (const file of rendered) writeFileSync(file, readFileSync(file, 'utf8').replace(/ TOOL_NODE='.*'/, ` TOOL_NODE='${node}'`));
  for (const line of [
    ['--', 'plug'],
    ['--describe', '--', ''],
    ['--', 'plugin:install', '--'],
    ['--', 'apps:destroy', ''],
  ]) {
    expect(await other.run(['--complete', ...line], { env: { PATH: '/usr/bin:/bin' } })).toMatchObject({ stderr: '', status: 0 });
  }
  expect(existsSync(join(other.root, 'started'))).toBe(false);
  await other.run(['plugin:list']);
  expect(existsSync(join(other.root, 'started'))).toBe(true);
});

test("a script is installed for a user, once, and removed; what is somebody else's stays", async () => {
  const file = join(box.root, '.config/fish/completions/tool.fish');
  const run = (...words: string[]) => box.run(words, { env: { SHELL: '/usr/bin/fish' } });
  expect(await run('completion:install', '--dry-run')).toMatchObject({ stdout: `would write ${file}\n`, status: 0 });
  expect(await run('completion:uninstall')).toMatchObject({ stdout: expect.stringContaining('No completion for fish is installed'), status: 0 });
  expect(await run('completion:install')).toMatchObject({ stdout: expect.stringContaining(`written to ${file}`), stderr: '', status: 0 });
  expect(execFileSync('cat', [file], { encoding: 'utf8' })).toBe((await run('completion', 'fish')).stdout);
  expect(await run('completion:install', 'fish')).toMatchObject({ stdout: expect.stringContaining('is up to date'), status: 0 });
  expect(await run('completion:uninstall', '--dry-run')).toMatchObject({ stdout: `would remove ${file}\n`, status: 0 });
  expect(await run('completion:uninstall')).toMatchObject({ stdout: expect.stringContaining(`removed from ${file}`), status: 0 });
  box.file('.config/fish/completions/tool.fish', '# mine\n');
  for (const command of ['completion:install', 'completion:uninstall']) {
    expect(await run(command)).toMatchObject({ stdout: '', status: 1, stderr: ` !     ${file} is not from tool completion:install; move it away first\n` });
  }
});

test('zsh is told which line its own file needs, until it has it', async () => {
  const folder = join(box.root, '.local/share/zsh/site-functions');
  const install = () => box.run(['completion:install', 'zsh']);
  expect((await install()).stdout).toContain(`Add to ${box.root}/.zshrc:\n    fpath=('${folder}' $fpath)\n`);
  box.file('.zshrc', `fpath=(${folder} $fpath)\n`);
  expect((await install()).stdout).not.toContain('Add to');
});

test('a shell that there is none for is refused, and a brand has its own script', async () => {
  expect(await box.run(['completion:install', 'csh'])).toMatchObject({
    status: 2,
    stderr: ' !     There is no completion for csh; name one of bash, zsh, fish\n',
  });
  expect(await box.run(['completion', 'csh'])).toMatchObject({ status: 2, stdout: '' });
  symlinkSync(TOOL, join(box.root, 'acme-x'));
  const { stdout } = await box.run(['completion', 'bash'], { command: join(box.root, 'acme-x') });
  expect(stdout).toContain('complete -F _acme_x_complete acme-x\n');
  expect(stdout).not.toMatch(/@(brand|function)@/);
});
