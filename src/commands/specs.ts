import type { CommandSpec } from './command-spec.ts';

const FILE = ['--file <path>', "the lock, if it is not the home's tool.lock"] as const;
const COMMITTISH = ['--committish <ref>', 'branch, tag or commit of a git repository'] as const;
const VERSION = ['--version <range>', 'the highest tag within a semver range, like ^1.2'] as const;
const CHECKSUM = ['--checksum <sum>', 'what an archive must have: sha256: and 64 hexadecimal digits'] as const;
const LINK = ['--link', 'link a directory instead of copying it, for development'] as const;
const GUARD = ['--skip-guard-check', 'enable a guard that would not let you take it away again'] as const;
const DRY_RUN = ['--dry-run', 'print what would be done and change nothing'] as const;

/** The launcher has seen these wherever they stand; they are no mistake here. */
export const GLOBAL_FLAGS = ['--quiet', '--trace', '--force'];

/** Every command that Node runs, in the order of `plugin:help`. */
export const specs = [
  {
    name: 'plugin:list',
    summary: 'Print the installed plugins',
    options: [['--all', 'also those that come with the command and are not enabled']],
  },
  {
    name: 'plugin:install',
    summary: 'Install a plugin from a git URL, an archive or a directory and enable it; without a source, fire the install trigger of all',
    args: '[source]',
    options: [
      ['--name <name>', "install under this name instead of the source's"],
      COMMITTISH,
      VERSION,
      CHECKSUM,
      LINK,
      ['--replace', 'take the place of what is installed under the name, as an update: no uninstall hook runs'],
      ['--skip-install-trigger', 'do not run the install hook'],
      ['--with-dependencies', 'install the plugins that it needs as well, where it says from where'],
      ['--save', 'ask for it in tool.toml, so that plugin:sync brings it'],
      ['--core', 'fire the install trigger of core plugins alone'],
      GUARD,
      DRY_RUN,
    ],
  },
  {
    name: 'plugin:install-dependencies',
    summary: 'Fire the dependencies trigger of all plugins',
    options: [['--core', 'of core plugins alone']],
  },
  {
    name: 'plugin:update',
    summary: 'Bring a plugin, or all of them, to what the source holds now; a branch, tag, commit or range is followed from then on',
    args: '[name] [ref]',
    options: [
      ['--all', 'every enabled plugin, which is what no name means too'],
      ['--from <source>', 'have it from this git URL, archive or directory from now on'],
      COMMITTISH,
      VERSION,
      CHECKSUM,
      LINK,
      ['--save', 'ask for it so in tool.toml'],
      GUARD,
      DRY_RUN,
    ],
  },
  {
    name: 'plugin:outdated',
    summary: 'Tell of every plugin whether its source has something newer',
  },
  {
    name: 'plugin:pin',
    summary: 'Keep a plugin as it is when plugins are updated',
    args: '<name>',
    options: [DRY_RUN],
  },
  { name: 'plugin:unpin', summary: 'Let a plugin be updated again', args: '<name>', options: [DRY_RUN] },
  {
    name: 'plugin:check',
    summary: 'Compare the files of plugins with what was installed',
    args: '[name]',
    options: [['--strict', 'files that were added count as changes too']],
  },
  {
    name: 'plugin:lock',
    summary: 'Write the exact set of plugins to tool.lock',
    options: [
      ['--check', 'write nothing, and fail when what is installed is not what is locked'],
      ['--save', 'ask in tool.toml for every plugin that it does not name'],
      FILE,
      DRY_RUN,
    ],
  },
  {
    name: 'plugin:sync',
    summary: 'Bring the plugins to what tool.toml asks for and tool.lock has exactly',
    options: [
      ['--frozen', 'take what is locked and nothing else, or fail'],
      ['--prune', 'uninstall what is not asked for; asks at a terminal, unless --force'],
      FILE,
      GUARD,
      DRY_RUN,
    ],
  },
  {
    name: 'plugin:rollback',
    summary: 'Bring back a previous generation of a plugin',
    args: '<name>',
    options: [['--to <generation>', 'its number; see plugin:history'], GUARD, DRY_RUN],
  },
  { name: 'plugin:path', summary: 'Print the directory of plugins, or that of one', args: '[name]' },
  { name: 'plugin:history', summary: 'Print the generations of a plugin', args: '<name>' },
  { name: 'plugin:info', summary: 'Print what is known of a plugin', args: '<name>' },
  {
    name: 'plugin:uninstall',
    summary: 'Run the uninstall hook of a plugin and remove it',
    args: '[name]',
    options: [
      ['--save', 'ask for it in tool.toml no more'],
      ['--skip-uninstall-trigger', 'do not run the uninstall hook'],
      ['--purge', 'keep nothing to roll back to; for what is uninstalled already as well'],
      DRY_RUN,
    ],
  },
  {
    name: 'plugin:trigger',
    summary: 'Tell who would run for a trigger; without --explain, fire it',
    args: '[hook] [args...]',
    options: [['--explain', 'who would run, in order, and who is skipped and why; nothing runs']],
  },
  {
    name: 'plugin:test',
    summary: 'Test a plugin in a throw-away home, with no Dokku and no Docker: its bats files, or a smoke test',
    args: '[directory|name]',
    options: [
      ['--name <name>', "install under this name instead of the directory's"],
      ['--filter <regex>', 'run only the tests whose names match'],
      ['--strict', 'what ShellCheck finds is a failure'],
      ['--format <format>', 'tap or pretty; without it pretty on a terminal, else tap'],
      ['--keep', 'leave the home where it is, and say where'],
    ],
    formats: ['tap', 'pretty'],
  },
  {
    name: 'plugin:enable',
    summary: 'Enable a plugin that is there',
    args: '[name]',
    options: [GUARD, DRY_RUN],
  },
  { name: 'plugin:disable', summary: 'Disable a plugin and keep it', args: '[name]', options: [DRY_RUN] },
  {
    name: 'server:setup',
    summary: "Make this machine a server: a system user, a home whose code is root's, a rule for sudo, a file of keys",
    options: [['--user <name>', "the system user, if it is not to have the command's name"], DRY_RUN],
  },
  { name: 'server:check', summary: 'Tell what is missing of a server, or too open' },
  {
    name: 'server:key',
    summary: 'Print the line of authorized_keys for a public key on standard input',
    args: '<name>',
  },
] as const satisfies readonly CommandSpec[];

export type CommandName = (typeof specs)[number]['name'];
export type SpecOf<Name extends CommandName> = Extract<(typeof specs)[number], { readonly name: Name }>;

const FORMAT = [
  ['--format <format>', 'stdout (default) or json'],
  ['--json', 'the same as --format json'],
] as const;

/** The flags of a command, those included that every command has. */
export const flagsOf = ({ options = [], formats }: CommandSpec): NonNullable<CommandSpec['options']> => [...options, ...(formats ? [] : FORMAT)];
