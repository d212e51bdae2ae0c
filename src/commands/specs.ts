import type { CommandSpec } from './command-spec.ts';

const FILE = ['--file <path>', "use this lock instead of the home's tool.lock"] as const;
const COMMITTISH = ['--committish <ref>', 'branch, tag or commit of a git repository'] as const;
const VERSION = ['--version <range>', 'the highest tag within a semver range, like ^1.2'] as const;
const CHECKSUM = ['--checksum <sum>', 'checksum of the archive: sha256: and 64 hexadecimal digits'] as const;
const PLATFORM = ['--platform <platform>', 'from a repository: for this platform, like linux/arm64'] as const;
const TYPE = ['--type <type>', 'from a repository: executor or source, if a name has both'] as const;
const MARKED_TYPE = ['--type <type>', 'executor or source, if the index has a name with both'] as const;
const REFRESH = ['--refresh', 'fetch the indexes first'] as const;
const OFFLINE = ['--offline', 'do not access the network'] as const;
const LINK = ['--link', 'link a directory instead of copying it, for development'] as const;
const GUARD = ['--skip-guard-check', 'enable a guard even if you could not uninstall it'] as const;
const ENABLE_NEEDED = ['--enable-needed', "enable the plugins of Dokku's set that it calls on"] as const;
const DRY_RUN = ['--dry-run', 'print what would be done, change nothing'] as const;

/** The launcher has seen these wherever they stand; they are no mistake here. */
export const GLOBAL_FLAGS = ['--quiet', '--trace', '--force'];

/** Every command that Node runs, in the order of `plugin:help`. */
export const specs = [
  {
    name: 'plugin:list',
    summary: 'Print the installed plugins',
    options: [['--all', 'also core plugins that are not enabled']],
  },
  {
    name: 'plugin:install',
    summary: 'Install plugins by name from a repository, or from a git URL, an archive or a directory; without one, fire the install trigger',
    args: '[sources...]',
    options: [
      ['--name <name>', "use this name instead of the source's"],
      COMMITTISH,
      VERSION,
      CHECKSUM,
      PLATFORM,
      TYPE,
      LINK,
      ['--replace', 'replace the installed plugin of this name; its uninstall hook does not run'],
      ['--skip-install-trigger', 'do not run the install hook'],
      ['--with-dependencies', 'also install the plugins it needs, if it names their source'],
      ['--save', 'add it to tool.toml, so that plugin:sync installs it'],
      ['--core', 'fire the install trigger of core plugins only'],
      ENABLE_NEEDED,
      REFRESH,
      OFFLINE,
      GUARD,
      DRY_RUN,
    ],
  },
  {
    name: 'plugin:install-dependencies',
    summary: 'Fire the dependencies trigger of all plugins',
    options: [['--core', 'of core plugins only']],
  },
  {
    name: 'plugin:update',
    summary: 'Update a plugin, or all; a branch, tag, commit or range is followed from then on',
    args: '[name] [ref]',
    options: [
      ['--all', 'update every enabled plugin (the default)'],
      ['--from <source>', 'move it to this git URL, archive or directory'],
      COMMITTISH,
      VERSION,
      CHECKSUM,
      PLATFORM,
      TYPE,
      LINK,
      ['--save', 'change its line in tool.toml'],
      ENABLE_NEEDED,
      REFRESH,
      OFFLINE,
      GUARD,
      DRY_RUN,
    ],
  },
  {
    name: 'plugin:outdated',
    summary: 'List which plugins have a newer version at their source',
    options: [REFRESH, OFFLINE],
  },
  {
    name: 'plugin:pin',
    summary: 'Exclude a plugin from updates',
    args: '<name>',
    options: [DRY_RUN],
  },
  { name: 'plugin:unpin', summary: 'Include a plugin in updates again', args: '<name>', options: [DRY_RUN] },
  {
    name: 'plugin:check',
    summary: 'Compare the files of plugins with what was installed',
    args: '[name]',
    options: [['--strict', 'count new files as changes']],
  },
  {
    name: 'plugin:lock',
    summary: 'Write the exact set of plugins to tool.lock',
    options: [['--check', 'write nothing; fail if plugins differ from the lock'], ['--save', 'add every installed plugin to tool.toml'], FILE, DRY_RUN],
  },
  {
    name: 'plugin:sync',
    summary: 'Install the plugins of tool.toml as tool.lock has them',
    options: [
      ['--frozen', 'install exactly what is locked, or fail'],
      ['--prune', 'uninstall other plugins; asks at a terminal, unless --force'],
      FILE,
      ENABLE_NEEDED,
      REFRESH,
      OFFLINE,
      GUARD,
      DRY_RUN,
    ],
  },
  {
    name: 'plugin:rollback',
    summary: 'Restore a previous generation of a plugin',
    args: '<name>',
    options: [['--to <generation>', 'number of the generation; see plugin:history'], GUARD, DRY_RUN],
  },
  { name: 'plugin:path', summary: 'Print the directory of plugins, or of one plugin', args: '[name]' },
  { name: 'plugin:history', summary: 'Print the generations of a plugin', args: '<name>' },
  {
    name: 'plugin:info',
    summary: 'Print the source, version and commands of a plugin, or what a repository has',
    args: '<name>',
    options: [PLATFORM, TYPE, REFRESH, OFFLINE],
  },
  {
    name: 'plugin:uninstall',
    summary: 'Run the uninstall hook of a plugin and remove it',
    args: '[name]',
    options: [
      ['--save', 'remove it from tool.toml'],
      ['--skip-uninstall-trigger', 'do not run the uninstall hook'],
      ['--purge', 'keep no generation; also for an uninstalled plugin'],
      DRY_RUN,
    ],
  },
  {
    name: 'plugin:trigger',
    summary: 'Fire a trigger, or explain which plugins would run',
    args: '[hook] [args...]',
    options: [['--explain', 'list who would run, in order, and who is skipped; run nothing']],
  },
  {
    name: 'plugin:test',
    summary: "Run a plugin's bats files, or a smoke test, in a temporary home without Dokku or Docker",
    args: '[directory|name]',
    options: [
      ['--name <name>', "use this name instead of the directory's"],
      ['--filter <regex>', 'run only the tests whose names match'],
      ['--strict', 'fail if ShellCheck finds errors'],
      ['--format <format>', 'tap or pretty (default: pretty on a terminal, else tap)'],
      ['--keep', 'keep the home and print where it is'],
    ],
    formats: ['tap', 'pretty'],
  },
  {
    name: 'plugin:enable',
    summary: 'Enable an installed plugin',
    args: '[name]',
    options: [ENABLE_NEEDED, GUARD, DRY_RUN],
  },
  { name: 'plugin:disable', summary: 'Disable a plugin without removing it', args: '[name]', options: [DRY_RUN] },
  {
    name: 'plugin:search',
    summary: 'Search the plugins of all repositories; without a term, list them',
    args: '[term...]',
    options: [
      ['--type <type>', 'only plugins of this type: executor or source'],
      ['--limit <count>', 'print at most so many (default: 50; 0 for all)'],
      REFRESH,
      OFFLINE,
    ],
  },
  {
    name: 'repository:add',
    summary: 'Add a repository of plugins: the URL of an index file or of a git repository, or a path',
    args: '<name> <url>',
    options: [
      ['--header <header>...', `HTTP header for the index, like 'Authorization: Bearer \${TOKEN}'; repeatable`],
      ['--type <type>', 'format of the index: botkube, krew or versions.json (default: detected)'],
      ['--no-update', 'do not fetch the index now'],
      DRY_RUN,
    ],
  },
  { name: 'repository:list', summary: 'List the repositories of plugins' },
  { name: 'repository:update', summary: 'Fetch the indexes of all repositories, or of some', args: '[names...]' },
  {
    name: 'repository:remove',
    summary: 'Remove a repository; refused while plugins come from it, unless --force',
    args: '<name>',
    options: [DRY_RUN],
  },
  {
    name: 'repository:import',
    summary: "Add the repositories and plugins of a Botkube values.yaml to tool.toml, and the plugins' configuration to config.toml",
    args: '<file>',
    options: [DRY_RUN],
  },
  {
    name: 'repository:index',
    summary: 'Write the index of a directory of archives, or of programs made for Botkube',
    options: [
      ['--binaries-path <directory>', 'the files, named TYPE_NAME_OS_ARCH (default: ./plugin-dist)'],
      ['--url-base-path <url>', 'where they will be served (default: $PLUGIN_DOWNLOAD_URL_BASE_PATH)'],
      ['--output-path <file>', 'the index; JSON if its name ends in .json (default: ./plugins-index.yaml)'],
      ['--plugin-name-filter <regex>', 'only plugins whose names match'],
      ['--use-archive [boolean]', 'list archives; with =false, programs that are not packed (default: true)'],
      ['--recursive', 'also look into directories, which become a part of addresses'],
      ['--merge [file]', 'keep the other versions of the index at the output path, or of this file'],
      ['--replace-version', 'let a version that was published have other files than before'],
      ['--check', 'write nothing; fail if the index would change'],
      DRY_RUN,
    ],
    goFlags: true,
  },
  {
    name: 'repository:yank',
    summary: 'Take a version in an index file back, or all versions of a plugin: it is passed over, with the reason',
    args: '<index> <name[@version]>',
    options: [['--reason <text>', 'why, in a few words'], ['--undo', 'take the mark away'], MARKED_TYPE, DRY_RUN],
  },
  {
    name: 'repository:deprecate',
    summary: 'Mark a version in an index file, or all versions of a plugin, as deprecated: whoever installs one is told',
    args: '<index> <name[@version]>',
    options: [
      ['--reason <text>', 'why, in a few words'],
      ['--replacement <name>', 'the plugin to use instead'],
      ['--undo', 'take the mark away'],
      MARKED_TYPE,
      DRY_RUN,
    ],
  },
  {
    name: 'repository:page',
    summary: 'Write a static catalogue of an index: a list to search, and a page for each plugin',
    args: '[index]',
    options: [
      ['--output <directory>', 'the directory to write; one that this command did not make is refused, unless --force'],
      ['--binaries-path <directory>', 'the directory with the archives, for READMEs, commands and triggers'],
      ['--title <text>', 'the heading of the catalogue (default: Plugins)'],
      ['--name <name>', 'what users call the repository in the lines to copy (default: plugins)'],
      ['--url <url>', 'the address of the index'],
      DRY_RUN,
    ],
  },
  {
    name: 'repository:package',
    summary: 'Pack plugins into archives that an index can be made of',
    args: '<directories...>',
    options: [
      ['--output <directory>', 'where the archives go (default: ./plugin-dist)'],
      [
        '--by-version',
        'a directory for each plugin and version, so that earlier versions stay; for repository:index --recursive. A packed version is replaced only with --force',
      ],
      ['--platform <platform>', 'what the plugins run on, like linux/amd64 (default: any/any)'],
      ['--index', 'also write the index of the output, plugins-index.yaml'],
      ['--url-base-path <url>', 'for --index: where the files will be served (default: $PLUGIN_DOWNLOAD_URL_BASE_PATH)'],
      DRY_RUN,
    ],
    goFlags: true,
  },
  {
    name: 'repository:lint',
    summary: 'List what is wrong with an index: what installs, Botkube and krew refuse, and what they do not check',
    args: '<index>',
    options: [
      ['--try', 'also install every entry for this platform in a temporary home, and unpack those for others'],
      ['--strict', 'fail for remarks too'],
    ],
  },
  {
    name: 'repository:serve',
    summary: 'Serve a directory of packed plugins on this machine, with an index that is built when it is asked for',
    args: '<directory>',
    options: [
      ['--host <host>', 'address to listen on (default: 127.0.0.1)'],
      ['--port <port>', 'port to listen on (default: any that is free)'],
      ['--url-base-path <url>', 'address below which the index says the files are (default: the one that the index was requested from)'],
      ['--use-archive [boolean]', 'list archives; with =false, programs that are not packed (default: true)'],
      ['--recursive', 'also list what directories within the directory hold'],
    ],
    goFlags: true,
  },
  {
    name: 'completion:install',
    summary: 'Have a shell complete the command line: bash, zsh or fish (default: that of $SHELL)',
    args: '[shell]',
    options: [DRY_RUN],
  },
  {
    name: 'completion:uninstall',
    summary: 'Remove what completion:install wrote for a shell',
    args: '[shell]',
    options: [DRY_RUN],
  },
  {
    name: 'server:setup',
    summary: 'Set up a server: a system user, its home, a rule for sudo, a file of SSH keys',
    options: [['--user <name>', "name of the system user (default: the command's name)"], DRY_RUN],
  },
  { name: 'server:check', summary: 'List what is missing on a server, or too open' },
  {
    name: 'server:key',
    summary: 'Print the authorized_keys line for a public key on standard input',
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
