import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isCoreEnabled, isUsers } from '../home/core-names.ts';
import { kindOf } from '../home/core-plugins.ts';
import { isCore, type Layout, namesIn } from '../home/layout.ts';
import { isPluginName } from '../home/names.ts';
import { RESERVED_NAMES } from '../home/store-paths.ts';
import { directoryAlias } from '../plugins/directory-aliases.ts';
import { COMMAND_FOLDERS } from '../plugins/subcommands.ts';
import { statOrNothing } from '../system/links.ts';

/** Words that the dispatcher answers itself, so that a plugin of that name could not be reached. */
const ANSWERED_BY_TOOL: ReadonlySet<string> = new Set(['help', 'version']);

/** What to do about a name, where the command that is run has nothing better to say. */
const OTHER_NAME = 'install it under another name';

/**
 * Whether a plugin may be installed under a name, whatever its files are. Its commands are `NAME` and `NAME:…`, so a name that is no
 * other plugin's collides with nothing but the words that `checkWords` looks for.
 * @throws UserError
 */
export function checkNewName(layout: Layout, name: string, hint: string): void {
  if (!isPluginName(name)) {
    throw new UserError('bad-plugin-name', `"${name}" cannot be a plugin's name; it is letters, digits, dots, hyphens and underscores`, { hint });
  }
  checkCoreNames(layout, name, hint);
  if (RESERVED_NAMES.has(name)) throw new UserError('name-taken', `"${name}" is reserved for the store`, { hint });
  checkOwnWord(layout, name, hint);
}

/**
 * A name is the core plugin's that is enabled under it; one that is merely there makes room, and is reachable as `core-NAME` (DESIGN "Whose names").
 * Where the user's stood first, even what is always enabled has made room.
 */
function checkCoreNames(layout: Layout, name: string, hint: string): void {
  const beside = name.startsWith('core-') ? name.slice('core-'.length) : '';
  if (beside !== '' && existsSync(join(layout.coreAvailable, beside)) && !isUsers(layout, name)) {
    throw new UserError('name-taken', `${name} is the name by which the core plugin ${beside} is reachable beside another of its name`, { hint });
  }
  if (!isCore(layout, name)) return;
  const frees = kindOf(layout, name) === 'always' ? '' : `\`${layout.brand} plugin:disable ${name}\` frees it, or `;
  throw new UserError('name-taken', `${name} is the name of a core plugin`, { hint: `${frees}${hint}` });
}

/**
 * Whether a plugin with these files leaves core commands what they are. Some have words that are no core plugin's name (`url`, `nginx:start`), and
 * a file of the plugin `url` would run in their place. A `commands` script would not: it is asked only where no file answers.
 * @param tree where the plugin's files are: staged, installed, or kept in the store
 * @throws UserError naming the file and the word
 */
export function checkWords(layout: Layout, name: string, tree: string, hint: string = OTHER_NAME): void {
  checkOwnWord(layout, name, hint);
  const core = directoryAlias(name);
  if (core === undefined || !isCoreEnabled(layout, core)) return;
  const ofCore = namesIn(join(layout.coreAvailable, core, 'subcommands'));
  // Of the plugin for the words without a plugin of their own each file is such a word; of the others `default` is the bare word.
  const commands = ofCore.includes(name) ? ['default', name] : ofCore.flatMap((command) => (command === 'default' ? ['default', name] : [command]));
  const files = commands.flatMap((command) => COMMAND_FOLDERS.map((folder) => ({ command, file: `${folder}/${command}` })));
  const taking = files.find(({ file }) => statOrNothing(join(tree, file))?.isFile());
  if (taking === undefined) return;
  const word = taking.command === 'default' || taking.command === name ? name : `${name}:${taking.command}`;
  throw new UserError('name-taken', `The plugin ${name} has ${taking.file}, and \`${layout.brand} ${word}\` is a command of the core plugin ${core}`, {
    hint,
  });
}

function checkOwnWord({ brand }: Layout, name: string, hint: string): void {
  if (ANSWERED_BY_TOOL.has(name)) throw new UserError('name-taken', `"${name}" is a word of ${brand} itself`, { hint });
}
