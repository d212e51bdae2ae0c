import type { CommandSpec } from '../command-spec.ts';
import { OFFLINE, PLATFORM, REFRESH, TYPE } from './shared-flags.ts';

/** Commands that tell of plugins. */
export const pluginSpecs = [
  {
    name: 'plugin:list',
    summary: 'Print the installed plugins',
    options: [['--all', 'also core plugins that are not enabled']],
    examples: ['plugin:list', 'plugin:list --all --format json'],
  },
  {
    name: 'plugin:outdated',
    summary: 'List which plugins have a newer version at their source',
    options: [REFRESH, OFFLINE],
    examples: ['plugin:outdated', 'plugin:outdated --refresh --format json'],
    statuses: { 1: 'a source could not be asked; the others are listed' },
  },
  {
    name: 'plugin:check',
    summary: 'Compare the files of plugins with what was installed',
    args: '[name]',
    options: [['--strict', 'count new files as changes']],
    examples: ['plugin:check', 'plugin:check greet --strict'],
    statuses: { 1: 'a file is not as it was installed, or the plugin is not known' },
  },
  {
    name: 'plugin:path',
    summary: 'Print the directory of plugins, or of one plugin',
    args: '[name]',
    examples: ['plugin:path', 'plugin:path greet'],
  },
  {
    name: 'plugin:history',
    summary: 'Print the generations of a plugin',
    args: '<name>',
    examples: ['plugin:history greet'],
  },
  {
    name: 'plugin:info',
    summary: 'Print what is known of a plugin, or of one in a repository',
    args: '<name>',
    options: [PLATFORM, TYPE, REFRESH, OFFLINE],
    examples: ['plugin:info greet', 'plugin:info acme/ship --platform linux/arm64'],
  },
  {
    name: 'plugin:sbom',
    summary: 'Print a bill of materials of the installed plugins',
    description: 'CycloneDX 1.6, in JSON: versions, where they came from, hashes, dependencies. SOURCE_DATE_EPOCH makes it the same for the same plugins.',
    examples: ['plugin:sbom > bom.json'],
  },
  {
    name: 'plugin:trigger',
    summary: 'Fire a trigger, or explain which plugins would run',
    synopsis: '[--explain] <hook> [<args>...]',
    args: '[hook] [args...]',
    options: [['--explain', 'list who would run, in order, and who is skipped; run nothing']],
    examples: ['plugin:trigger post-create web', 'plugin:trigger --explain post-create'],
    statuses: { 1: 'failed; a hook that fails gives its own status instead' },
  },
  {
    name: 'plugin:test',
    summary: 'Test a plugin in a temporary home',
    description: 'Its bats files are run, or else a smoke test. Neither Dokku nor Docker is needed.',
    args: '[directory|name]',
    options: [
      ['--name <name>', "use this name instead of the directory's"],
      ['--filter <regex>', 'run only the tests whose names match'],
      ['--strict', 'fail if ShellCheck finds errors'],
      ['--format <format>', 'tap or pretty (default: pretty on a terminal, else tap)'],
      ['--keep', 'keep the home and print where it is'],
    ],
    formats: ['tap', 'pretty'],
    examples: ['plugin:test', "plugin:test ./greet --filter 'says hello' --format tap"],
    statuses: { 0: 'everything passed', 1: 'something failed, or nothing was tested' },
  },
  {
    name: 'plugin:search',
    summary: 'Search the plugins of all repositories',
    description: 'Without a term, all of them are listed.',
    args: '[term...]',
    options: [
      ['--type <type>', 'only plugins of this type: executor or source'],
      ['--limit <count>', 'print at most so many (default: 50; 0 for all)'],
      REFRESH,
      OFFLINE,
    ],
    examples: ['plugin:search ship ready', 'plugin:search --type source --limit 0'],
  },
] as const satisfies readonly CommandSpec[];
