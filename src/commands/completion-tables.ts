import { FAMILIES } from '../home/core-names.ts';
import type { CommandSpec } from './command-spec.ts';
import { usageOf } from './spec-help.ts';
import { flagsOf, specs } from './specs.ts';

/** What may stand in a place that is called so, as libexec/complete-arguments tells kinds; what is not listed is text. */
const KINDS: Readonly<Record<string, string>> = {
  path: 'files',
  file: 'files',
  keyfile: 'files',
  index: 'files',
  source: 'sources',
  sources: 'sources',
  directory: 'directories',
  directories: 'directories',
  'directory|name': 'directories',
  shell: '=bash|zsh|fish',
  boolean: '=true|false',
};

/** Places whose kind depends on the command. */
const OF_COMMAND: Readonly<Record<string, string>> = {
  'plugin:info name': 'installed',
  'plugin:install --name': 'text',
  'plugin:import place': 'files',
  'plugin:import --as': '=sub|mise|just|make|package|scripts',
  'plugin:enable name': 'disabled',
  'plugin:disable name': 'enabled',
  'plugin:search term': 'available',
  'plugin:trigger hook': 'triggers',
  'plugin:test format': '=tap|pretty',
  'addon:source:add url': 'files',
  'addon:source:remove name': 'repositories',
  'addon:publish --package': 'files',
  'addon:resolve spec': 'files',
  'repository:remove name': 'repositories',
  'repository:update names': 'repositories',
  'repository:add url': 'files',
  'repository:add type': '=botkube|krew|versions.json',
  'content:document pack': 'files',
  'content:document --to': '=rst|markdown',
  'provider:new --lang': '=ts|bash|python',
  'trust:add --for': 'repositories',
  'trust:remove --for': 'repositories',
  'trust:remove key': 'keys',
  'repository:deprecate replacement': 'text',
};

/** Choices of flags that all commands have alike. */
const CHOICES: Readonly<Record<string, string>> = {
  '--format': '=stdout|json',
  '--type': '=executor|source',
  '--order': '=version|kurl',
  '--registry': 'directories',
  '--supported': 'files',
  '--output': 'files',
  '--platform': '=linux/amd64|linux/arm64|any/any',
};

/** A command's words that are names of plugins. */
const OF_PLUGINS = /^plugin:(update|pin|unpin|check|rollback|path|history|uninstall)$/;

function kindOf(command: string, place: string, flag = ''): string {
  const own = OF_COMMAND[`${command} ${flag || place}`] ?? OF_COMMAND[`${command} ${place}`];
  if (own !== undefined) return own;
  if (flag === '' && place === 'name' && OF_PLUGINS.test(command)) return 'installed';
  return CHOICES[flag] ?? KINDS[place] ?? 'text';
}

/** The name within `<name>`, `[names...]` and the like, and whether it may be repeated. */
const placeOf = (notation: string) => ({ name: notation.replaceAll(/[[\]<>]|\.\.\./g, ''), isRest: notation.includes('...') });

/** Where the command is below plugins/, as is its table; a bare word is the file `default`. */
const fileOf = ({ name }: CommandSpec): string => (name.includes(':') ? name.replace(':', '/') : `${name}/default`);

/** The lines of one command: what it is for and how it is called, as the comments of a shell file tell it; its flags, its arguments. Fields are separated by tabs. */
function tableOf(spec: CommandSpec): string {
  const { name: command, summary, args = '' } = spec;
  const flags = flagsOf(spec).map(([notation, description]) => {
    const [flag = '', value] = notation.replace(/^-\w, /, '').split(' ');
    // A value that may be left out is not taken from the next word.
    const kind = value === undefined || value.startsWith('[') ? 'none' : kindOf(command, placeOf(value).name, flag);
    return `flag\t${flag}\t${kind}\t${description}`;
  });
  const places = args.split(' ').filter(Boolean).map(placeOf);
  const lines = places.map(({ name, isRest }) => `${isRest ? 'rest' : 'place'}\t${kindOf(command, name)}`);
  return `${[`# Summary: ${summary}`, `# Usage: ${usageOf(spec)}`, ...flags, ...lines].join('\n')}\n`;
}

/**
 * What completion and the lists of help read of the commands that Node runs, a file for each, by its path below the folder of the build that libexec/complete looks into; and `names`, with the
 * families in its first line and the core plugins that are always enabled in its second.
 * @param corePlugins the folders of plugins/
 */
export function completionTables(corePlugins: readonly string[]): Readonly<Record<string, string>> {
  const names = `${[...FAMILIES].join(' ')}\n${corePlugins.filter((name) => !FAMILIES.has(name)).join(' ')}\n`;
  return { names, ...Object.fromEntries(specs.map((spec) => [fileOf(spec), tableOf(spec)])) };
}
