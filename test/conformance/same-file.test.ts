import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Explanation } from '../../src/dispatch/explain.ts';
import { nodeDecided, watchNode } from '../support/routes.ts';
import { ending, PACKAGE, type RunResult, Sandbox, TOOL } from '../support/sandbox.ts';

/** What stands where a file is looked for. */
type Kind = 'program' | 'documented' | 'linked' | 'plain' | 'folder' | 'dangling' | 'circle';
type CommandsKind = 'none' | 'mine' | 'ten' | 'plain' | 'folder' | 'dangling';

interface PluginTree {
  readonly name: string;
  readonly core: boolean;
  readonly stands: 'folder' | 'link' | 'dangling' | 'file';
  readonly files: readonly (readonly [name: string, kind: Kind])[];
  /** Files of bare/, which get their arguments alone. */
  readonly bare: readonly (readonly [name: string, kind: Kind])[];
  readonly commands: CommandsKind;
}

interface World {
  readonly plugins: readonly PluginTree[];
  readonly brand: 'tool' | 'dokku';
  readonly argv: readonly string[];
  readonly app: string | undefined;
  /** Which of FRONTS the home has. */
  readonly front: number;
}

/** What tool.toml says of words: nothing, `[dispatch]`, aliases of all kinds, and what cannot be understood. */
const FRONTS: readonly (string | undefined)[] = [
  undefined,
  '[dispatch]\ndefault = "a"\nspaces = true\n',
  '[dispatch]\ndefault = "d-e"\n[aliases]\nk3s = "a"\nx = "a:x"\nX = "a"\n"a:x" = "B:x"\n"a:a" = "../x"\nnope = "x"\nserver = "a"\nf.g = "url"\n_c = "../x"\n',
  '[dispatch]\nspaces = true\n[aliases]\ncaddy = "a"\nk3s = "f.g"\na = "d-e"\nurl = "a:url"\n',
  '[dispatch]\ndefault = "a"\nspaces = true\n[aliases]\nB = "x"\n"d-e:x" = "x:y"\ndefault = "a:default"\n"9" = "default"\n',
  '[dispatch]\ndefault = 1\n[aliases]\nk3s = "a"\nx = "a:x"\n',
];

const FIELDS = '"$0" "$DOKKU_COMMAND" "${DOKKU_APP_NAME-}" "$DOKKU_GLOBAL_FLAGS" "$@"';
const TELLS = `#!/bin/sh\nprintf '%s\\0' ${FIELDS}\nprintf '\\1'\n`;
/** A script of which there is a page, and which does not answer `--help` itself. */
const DOCUMENTED = TELLS.replace('\n', '\n# Summary: tells\n');

const NAMES = ['a', 'B', '_c', '9', 'd-e', 'f.g', 'default', 'version', 'caddy', 'caddy-vhosts', '00_dokku-standard', 'url', 'k3s', 'scheduler-k3s', 'server'];
const ODD_NAMES = ['a b', 'ä', '-x', '.hid', 'x;y', "q'q", 'new\nline', '*'];
const FILES = ['default', 'x', 'x:y', ':', ':x', '.x', '..x', 'X', 'a', 'url', 'default:x', 'a b', 'ä'];

const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: fc.constantFrom(...ODD_NAMES) });
const kind: fc.Arbitrary<Kind> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Kind>('program') },
  { weight: 3, arbitrary: fc.constantFrom<Kind>('documented', 'linked', 'plain', 'folder', 'dangling', 'circle') },
);
const plugin: fc.Arbitrary<PluginTree> = fc
  .record({
    name,
    core: fc.boolean(),
    stands: fc.oneof({ weight: 8, arbitrary: fc.constant('folder' as const) }, fc.constantFrom('link' as const, 'dangling' as const, 'file' as const)),
    files: fc.uniqueArray(fc.tuple(fc.constantFrom(...FILES), kind), { selector: ([file]) => file, maxLength: 5 }),
    bare: fc.uniqueArray(fc.tuple(fc.constantFrom(...FILES), kind), { selector: ([file]) => file, maxLength: 3 }),
    own: fc.option(kind, { freq: 3, nil: undefined }),
    commands: fc.constantFrom<CommandsKind>('none', 'none', 'mine', 'ten', 'plain', 'folder', 'dangling'),
  })
  .map(({ own, files, ...rest }) => ({ ...rest, files: [...files.filter(([file]) => file !== rest.name), ...(own ? [[rest.name, own] as const] : [])] }));

const leading = fc.constantFrom(
  ['--quiet'],
  ['--trace'],
  ['--force'],
  ['--app', 'web'],
  ['--app=web'],
  ['--app', ''],
  ['--app='],
  ['--'],
  ['--other'],
  ['--app'],
);
const argument = fc.constantFrom('x', '', 'a b', '*', '--app', '--app=web', '--app=', 'web', '--', '--quiet', '--other=1', '-x', 'a', 'a:x', 'X', 'url', ':x');

/** Words that a tree's files and directories stand for, and near misses. */
function word(plugins: readonly PluginTree[]): fc.Arbitrary<string> {
  const known = plugins.flatMap(({ name: own, files, bare }) => [own, own, `${own}:`, ...[...files, ...bare].map(([file]) => `${own}:${file}`)]);
  const others = [
    'a',
    'a:x',
    'x',
    'X',
    'x:y',
    'default',
    'a:help',
    'server:help',
    'caddy:x',
    'url',
    'k3s:x',
    'server',
    'server:x',
    'server:own',
    'server:stands',
    'core-server:x',
    'version',
    'nope',
    ':',
    'a:../commands',
    'a::x',
    '.',
    'ä:x',
  ];
  return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...known, ...others) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const world: fc.Arbitrary<World> = fc.uniqueArray(plugin, { selector: (tree) => tree.name, minLength: 1, maxLength: 4 }).chain((plugins) =>
  fc
    .record({
      leading: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(leading, { maxLength: 3 }) }),
      word: word(plugins),
      rest: fc.oneof({ weight: 5, arbitrary: fc.array(argument, { maxLength: 4 }) }, { weight: 1, arbitrary: fc.constant(['--help']) }),
      brand: fc.constantFrom('tool' as const, 'dokku' as const),
      front: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(FRONTS.length - 1) }),
      app: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom('', 'web', 'x') }),
    })
    .map(({ leading: flags, word: command, rest, brand, app, front }) => ({ plugins, brand, app, front, argv: [...flags.flat(), command, ...rest] })),
);

const box = new Sandbox().dokkusSet();
const ENVIRONMENT = box.at('env', PACKAGE.slice(1));
const keptEnvironment = (front: number): string => join(box.root, `front-${front}`);
/** Writes tool.toml as it was long ago, or takes it away. */
function configure(front: number): void {
  const [text, time] = [FRONTS[front], 1e9 + front * 10];
  rmSync(box.at('tool.toml'), { force: true });
  if (text === undefined) return;
  writeFileSync(box.at('tool.toml'), text);
  utimesSync(box.at('tool.toml'), time, time);
}
mkdirSync(box.home, { recursive: true });
// Rendered once for each front door, and put into place with its times.
for (const front of FRONTS.keys()) {
  configure(front);
  rmSync(box.at('env'), { recursive: true, force: true });
  await watchNode(box);
  cpSync(ENVIRONMENT, keptEnvironment(front), { recursive: true, preserveTimestamps: true });
}
symlinkSync(TOOL, join(box.root, 'dokku'));
box.file('tells', TELLS);
// A world may call a plugin as a core plugin is called. The home's own makes room: through its link one would write into the checkout.
for (const folder of ['plugins/enabled', 'plugins/available', 'core-plugins/enabled', 'core-plugins/available']) {
  for (const taken of NAMES) rmSync(box.at(folder, taken), { force: true });
}
// A family: its words are looked up where no plugin of a world has its name.
const FAMILY = box.at('core-plugins/available/server');
mkdirSync(join(FAMILY, 'subcommands'), { recursive: true });
mkdirSync(join(FAMILY, 'bare'));
for (const file of ['subcommands/default', 'subcommands/x', 'bare/own']) writeFileSync(join(FAMILY, file), TELLS, { mode: 0o755 });
symlinkSync('nowhere', join(FAMILY, 'subcommands/stands'));
const shipped = new Set(readdirSync(box.at('plugins/enabled')));
afterAll(() => box[Symbol.dispose]());

const MAKE: Record<Kind | CommandsKind, (path: string) => void> = {
  none: () => {},
  program: (path) => writeFileSync(path, TELLS, { mode: 0o755 }),
  documented: (path) => writeFileSync(path, DOCUMENTED, { mode: 0o755 }),
  mine: (path) => writeFileSync(path, TELLS, { mode: 0o755 }),
  plain: (path) => writeFileSync(path, TELLS, { mode: 0o644 }),
  ten: (path) => writeFileSync(path, '#!/bin/sh\nexit 10\n', { mode: 0o755 }),
  linked: (path) => symlinkSync(join(box.root, 'tells'), path),
  folder: (path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'x'), TELLS, { mode: 0o755 });
  },
  dangling: (path) => symlinkSync('nowhere', path),
  circle: (path) => symlinkSync(path, path),
};

/** Makes the home's plugins those of a world, what it ships aside. */
function build({ plugins, front }: World): void {
  configure(front);
  rmSync(ENVIRONMENT, { recursive: true });
  cpSync(keptEnvironment(front), ENVIRONMENT, { recursive: true, preserveTimestamps: true });
  for (const folder of ['plugins/enabled', 'core-plugins/enabled', 'plugins/available']) {
    for (const entry of readdirSync(box.at(folder))) if (!shipped.has(entry)) rmSync(box.at(folder, entry), { recursive: true });
  }
  for (const { name: own, core, stands, files, bare, commands } of plugins) {
    // What is shipped stands here as a link into the package: files made for a fixture would be written there.
    if (shipped.has(own)) throw new Error(`${own} is the name of a core plugin; call the fixture something else`);
    const enabled = box.at('plugins/enabled', own);
    if (core) symlinkSync(`../../plugins/enabled/${own}`, box.at('core-plugins/enabled', own));
    if (stands === 'dangling') symlinkSync('../available/nowhere', enabled);
    if (stands === 'file') writeFileSync(enabled, TELLS, { mode: 0o755 });
    if (stands === 'dangling' || stands === 'file') continue;
    const folder = stands === 'link' ? box.at('plugins/available', own) : enabled;
    for (const kept of ['subcommands', 'bare']) mkdirSync(join(folder, kept), { recursive: true });
    if (stands === 'link') symlinkSync(`../available/${own}`, enabled);
    for (const [file, what] of files) MAKE[what](join(folder, 'subcommands', file));
    for (const [file, what] of bare) MAKE[what](join(folder, 'bare', file));
    MAKE[commands](join(folder, 'commands'));
  }
}

interface Told {
  readonly file: string;
  readonly command: string;
  readonly app: string;
  readonly flags: string;
  readonly argv: readonly string[];
}

/** What the fixture files that ran told of themselves, in order. */
const told = (stdout: string): Told[] =>
  stdout
    .split('\x01')
    .slice(0, -1)
    .map((record) => {
      const [file = '', command = '', app = '', flags = '', ...argv] = Buffer.from(record, 'latin1').toString().split('\0').slice(0, -1);
      return { file, command, app, flags, argv };
    });

/** The calls of a world: as it comes, by way of Node, and explained. */
async function play({ brand, argv, app }: World): Promise<{ free: RunResult; node: RunResult; explained: RunResult; decided: boolean }> {
  const start = (words: readonly string[], env: Record<string, string> = {}) =>
    box.start(words, { ...(brand === 'dokku' ? { command: join(box.root, 'dokku') } : {}), env: { DOKKU_APP_NAME: app, ...env } });
  const child = start(argv);
  const others = [start(argv, { TOOL_FAST: '0' }), start(['--explain', '--format', 'json', ...argv])] as const;
  const [free, node, explained] = await Promise.all([ending(child), ending(others[0]), ending(others[1])]);
  // A pid comes round again, so no mark may stay behind.
  for (const { pid = 0 } of others) nodeDecided(box, pid);
  return { free, node, explained, decided: nodeDecided(box, child.pid ?? 0) };
}

function check(free: RunResult, explanation: Explanation, decided: boolean, plugins: readonly PluginTree[]): void {
  expect(explanation.route).toBe(decided ? 'node' : 'hot');
  // Help asks every commands script in its own way; nothing else of it is in question here.
  if (explanation.kind === 'help' || explanation.kind === 'version') return;
  const ran = told(free.stdout);
  const variables = explanation.variables;
  for (const { command, app, flags } of ran) {
    expect({ command, app, flags }).toEqual({
      command: variables.DOKKU_COMMAND,
      app: variables.DOKKU_APP_NAME ?? '',
      flags: variables.DOKKU_GLOBAL_FLAGS ?? '',
    });
  }
  for (const { argv } of ran) expect(argv).toEqual(explanation.argv);
  switch (explanation.kind) {
    case 'file':
      if (explanation.page) {
        expect(free.stdout).toMatch(/^Usage: /);
        expect({ ran, status: free.status }).toEqual({ ran: [], status: 0 });
        break;
      }
      expect(ran.map(({ file }) => file)).toEqual([explanation.file]);
      expect(free.status).toBe(0);
      break;
    case 'commands': {
      const mine = plugins.filter(({ commands }) => commands === 'mine').map((tree) => box.at('plugins/enabled', tree.name, 'commands'));
      expect(ran.map(({ file }) => file)).toEqual(explanation.commands.filter((file) => mine.includes(file)));
      expect(free.status).toBeOneOf(ran.length > 0 || explanation.page ? [0] : [1, 126]);
      break;
    }
  }
}

const numRuns = Number(process.env.RUNS ?? 40);
const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

test('launcher, Node route and --explain name the same file, and --explain knows whether Node starts', { timeout: 1_200_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(world, async (it) => {
      build(it);
      const { free, node, explained, decided } = await play(it);
      expect(node).toEqual(free);
      expect(free.stderr).not.toContain('This is a bug');
      // Flags that help does not have are told by help, as a command's are by the command; --explain says that help is shown.
      if (free.status === 2 && !(explained.status === 0 && / help has no flag /.test(free.stderr))) {
        // It is asked for JSON, which has the error too.
        expect({ ...explained, stdout: '' }).toEqual({ ...free, stdout: '' });
        return;
      }
      expect({ stderr: explained.stderr, status: explained.status }).toEqual({ stderr: '', status: 0 });
      check(free, JSON.parse(Buffer.from(explained.stdout, 'latin1').toString()) as Explanation, decided, it.plugins);
    }),
    { numRuns, ...seed },
  );
});
