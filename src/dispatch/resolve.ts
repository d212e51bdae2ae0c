import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errorLine, isUserError } from '../errors.ts';
import { familyOf, isCoreEnabled, isUsers, STANDARD } from '../home/core-names.ts';
import { type Environment, enabledPlugins, isCore, type Layout } from '../home/layout.ts';
import { isCommandWord } from '../home/names.ts';
import { directoryAlias, isOwnWord } from '../plugins/directory-aliases.ts';
import { type HashBangs, inspectExecutable, isExecutableFile } from '../plugins/executable.ts';
import { escapedHarm } from '../system/harmless.ts';
import { barredFolder, linkTarget, lostTarget, somethingAt } from '../system/links.ts';
import { asksForJson } from '../terminal/asks-json.ts';
import { adviceFor } from './advice.ts';
import { aliasFor } from './aliases.ts';
import type { Call, Word } from './read-call.ts';
import type { CommandsRoute, Route, Rule, Tried } from './route.ts';

/** What the environment says of an app: inherited unchanged from the surrounding command, or meant for this one. */
export interface InheritedApp {
  readonly name: string;
  readonly fromSurroundingCommand: boolean;
}

const SHOWN_LENGTH = 300;

interface Candidate {
  readonly rule: Rule;
  readonly plugin: string;
  readonly file: string;
  readonly isBare: boolean;
}

/**
 * Decides what a command line means (contract dokku §1.4), reading the file system and running nothing.
 * @throws UserError when tool.toml is needed and cannot be used, or a core command's `--app` has no value
 */
export async function resolve(call: Call, layout: Layout, env: Environment, inherited: InheritedApp | undefined): Promise<Route> {
  const { words, start, leading } = call;
  const word = words[start] ?? '';
  if (leading === 'version' || word === 'version') return { kind: 'version', flag: leading === 'version', start };
  if (leading === 'help' || word === '' || word === 'help') {
    const all = words[leading === 'help' ? start : start + 1] === '--all';
    return { kind: 'help', all, flag: leading === 'help', start };
  }

  const tried: Tried[] = [];
  const warnings: string[] = [];
  const typed = findTarget(word, layout.enabled, undefined, tried);
  const alias = typed ? undefined : await usableAlias(word, layout, warnings);
  const target = alias?.word ?? word;
  const enabled = typed ?? (alias ? findTarget(alias.word, layout.enabled, undefined, tried) : undefined) ?? findInDirectoryAlias(target, layout, tried);
  const found = enabled ?? findInFamily(target, layout, tried);
  const isLookedUp = found !== enabled;
  const core = found !== undefined && (isLookedUp || isCore(layout, found.plugin));
  const argv = await argvFor(call, alias?.word, core, inherited, layout.brand);
  const common = { word, start, argv, app: call.app?.word, alias: alias?.text, tried, warnings };
  if (found) return { kind: 'file', ...found, core, isLookedUp, ...common };
  const loop = commandsLoop(word, target, layout, env, tried);
  // Where scripts are asked, most words are somebody's: then what else may have been meant is looked for once nobody answered.
  const search =
    call.leading === 'explain' ||
    (layout.brand !== 'dokku' && (loop.candidates.length === 0 || loop.coreOwner !== undefined || asksForJson(words, layout.brand)));
  const advice = await adviceFor(target, words[start + 1], layout, search);
  const bare = words.length === start + 1 && layout.brand !== 'dokku';
  const listing = advice.lists !== undefined && bare ? (await import('../help/list-commands.ts')).listCommands(advice.lists, layout) : undefined;
  const line = words.slice(start).join(' ');
  const shown = legible(line);
  return {
    kind: 'commands',
    ...common,
    ...loop,
    advice,
    listing,
    refusal: await refusal(target, layout),
    legible: shown === line ? undefined : shown,
    shown,
  };
}

/** Why a word of Dokku's is refused, where Dokku's set is enabled. A plugin that somebody put here under a name of Dokku's speaks for itself. */
const refusal = async (word: string, layout: Layout): Promise<CommandsRoute['refusal']> =>
  !isCoreEnabled(layout, STANDARD) || isUsers(layout, pluginOf(word)) ? undefined : (await import('./refused-words.ts')).refusalOf(word);

/** The name of the plugin that a word addresses. */
export const pluginOf = (word: string): string => word.split(':', 1)[0] as string;

function candidatesFor(word: string, directory: string | undefined, folder: string): Candidate[] {
  if (!isCommandWord(word)) return [];
  const plugin = directory ?? pluginOf(word);
  const at = (rule: Rule, name: string): Candidate => {
    const isBare = rule === 'plugin/bare/default' || rule === 'plugin/bare/rest';
    return { rule, plugin, file: join(folder, plugin, isBare ? 'bare' : 'subcommands', name), isBare };
  };
  if (!word.includes(':')) return [at('plugin/subcommands/default', 'default'), at('plugin/bare/default', 'default'), at('plugin/subcommands/word', word)];
  const rest = word.slice(word.indexOf(':') + 1);
  // A file, never a path: `.` and `..` are directories, and the word's alphabet has no slash.
  return rest === '' ? [] : [at('plugin/subcommands/rest', rest), at('plugin/bare/rest', rest)];
}

/** @param folder of plugins @param directory the plugin's there, if it is not the word's own */
function findTarget(word: string, folder: string, directory: string | undefined, tried: Tried[]): Candidate | undefined {
  for (const candidate of candidatesFor(word, directory, folder)) {
    if (isExecutableFile(candidate.file)) return candidate;
    tried.push({ file: candidate.file, found: describe(candidate.file) });
  }
  return undefined;
}

function findInDirectoryAlias(word: string, layout: Layout, tried: Tried[]): Candidate | undefined {
  const directory = directoryAlias(word);
  return directory === undefined ? undefined : findTarget(word, layout.enabled, directory, tried);
}

/** What no enabled plugin answers may be a family's. */
function findInFamily(word: string, layout: Layout, tried: Tried[]): Candidate | undefined {
  const directory = familyOf(layout, pluginOf(word));
  return directory === undefined ? undefined : findTarget(word, layout.coreAvailable, basename(directory), tried);
}

function describe(file: string): string {
  const runnable = inspectExecutable(file, '');
  if (runnable.kind !== 'missing') return runnable.kind === 'broken' ? runnable.problem : 'cannot be run';
  if (!somethingAt(file)) return 'missing';
  return existsSync(file) ? 'not a regular file' : 'a dangling link';
}

/**
 * An alias that no plugin's own command is hidden by (DESIGN "Hot when all hold"): one for a plugin's name where no such plugin is enabled, one for a
 * whole word where that plugin has no `commands` script either that could answer it.
 */
async function usableAlias(word: string, layout: Layout, warnings: string[]): Promise<{ word: string; text: string } | undefined> {
  const plugin = pluginOf(word);
  if (!isCommandWord(word)) return undefined;
  const free = !somethingAt(join(layout.enabled, plugin));
  try {
    const exact = word.includes(':') && (free || mayName(word, plugin, layout)) ? await aliasFor(word, layout.brand, layout.home) : undefined;
    if (exact !== undefined) return { word: exact, text: `${word} → ${exact}` };
    const target = free ? await aliasFor(plugin, layout.brand, layout.home) : undefined;
    if (target === undefined || (target.includes(':') && word !== plugin)) return undefined;
    return { word: target + word.slice(plugin.length), text: `${plugin} → ${target}` };
  } catch (error) {
    if (!isUserError(error)) throw error;
    warnings.push(errorLine(error));
    return undefined;
  }
}

/** Whether an enabled plugin leaves a word to an alias. A core plugin's `commands` script answers for its help alone. */
const mayName = (word: string, plugin: string, layout: Layout): boolean =>
  isCore(layout, plugin) ? word !== `${plugin}:help` : !isExecutableFile(join(layout.enabled, plugin, 'commands'));

/** Core plugins get the app once, right behind the word; a community plugin's argv is what was typed (DESIGN "Names"). */
async function argvFor(call: Call, aliased: string | undefined, core: boolean, inherited: InheritedApp | undefined, brand: string): Promise<Word[]> {
  const { words, start } = call;
  const position = (index: number): Word => ({ kind: 'position', position: index + 1 });
  const first: Word = aliased === undefined ? position(start) : { kind: 'value', value: aliased };
  const indexes = words.map((_, index) => index).slice(start + 1);
  if (!core) return [first, ...indexes.map(position)];
  const rest = indexes.filter((index) => !call.appIndexes.has(index));
  const args = rest.map(position);
  if (!call.app && !call.danglingApp && !inherited) return [first, ...args];
  const { appWords } = await import('./app-words.ts');
  const texts = rest.map((index) => words[index] as string);
  return [first, ...appWords(call, aliased ?? (words[start] as string), texts, inherited, brand), ...args];
}

/** @param target the word that plugins are given, where an alias stands for it */
function commandsLoop(
  word: string,
  target: string,
  layout: Layout,
  env: Environment,
  tried: Tried[],
): Pick<CommandsRoute, 'candidates' | 'owner' | 'coreOwner' | 'skipped' | 'broken'> {
  const { names, refused } = enabledPlugins(layout);
  const skipped = refused.map((name) => `Skipping the plugin directory ${JSON.stringify(join(layout.enabled, name))}: its name is not a plugin's; rename it`);
  const candidates: string[] = [];
  const hashBangs: HashBangs = new Map();
  const family = familyOf(layout, pluginOf(target));
  const asked = names.filter((name) => !isCore(layout, name) || isOwnWord(name, target)).map((name) => join(layout.enabled, name));
  for (const directory of family === undefined ? asked : [...asked, family]) {
    const file = join(directory, 'commands');
    const runnable = inspectExecutable(file, env.PATH ?? '', hashBangs);
    if (runnable.kind === 'runnable') candidates.push(file);
    if (runnable.kind === 'broken') skipped.push(`Skipping ${file}: ${runnable.problem}; ${runnable.remedy}`);
  }
  const named = join(family ?? join(layout.enabled, pluginOf(word)), 'commands');
  return {
    candidates: isCommandWord(word) ? candidates : [],
    owner: candidates.find((file) => file === named),
    skipped,
    coreOwner: coreOwnerOf(target, family, layout),
    broken: brokenTarget(word, layout, env, tried),
  };
}

/** The core plugin that a word of two parts belongs to. @param family the directory of the family whose words it has */
function coreOwnerOf(word: string, family: string | undefined, layout: Layout): CommandsRoute['coreOwner'] {
  if (!isCommandWord(word) || !word.includes(':')) return undefined;
  if (family !== undefined) return { plugin: basename(family), commands: join(family, 'commands') };
  const plugin = [pluginOf(word), directoryAlias(word)].find((name) => name !== undefined && isCore(layout, name));
  return plugin === undefined ? undefined : { plugin, commands: join(layout.enabled, plugin, 'commands') };
}

/** A text as one line that is fit to be shown. */
function legible(text: string): string {
  const shown = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  return escapedHarm(shown, (codePoint) =>
    codePoint < 0x20 ? JSON.stringify(String.fromCodePoint(codePoint)).slice(1, -1) : `\\u${codePoint.toString(16).padStart(4, '0')}`,
  ).replaceAll('\n', '\\n');
}

/** Why a word that seems to be somebody's cannot be run: the plugin's link leads nowhere, or its file is no program. */
function brokenTarget(word: string, layout: Layout, env: Environment, tried: readonly Tried[]): CommandsRoute['broken'] {
  if (!isCommandWord(word)) return undefined;
  const plugin = join(layout.enabled, pluginOf(word));
  if (linkTarget(plugin) !== undefined && !existsSync(plugin) && barredFolder(plugin) === undefined) {
    const name = pluginOf(word);
    const lost = lostTarget(join(layout.available, name));
    return lost === undefined
      ? { file: plugin, problem: 'it is a dangling link', remedy: `install the plugin again, or ${layout.brand} plugin:disable ${name}` }
      : { file: plugin, problem: `it is linked to ${lost}, which is gone`, remedy: `restore it, or ${layout.brand} plugin:uninstall ${name}` };
  }
  const looked = tried.find((place) => place.found !== 'missing');
  const found = looked && inspectExecutable(looked.file, env.PATH ?? '');
  return looked && found?.kind === 'broken' ? { file: looked.file, problem: found.problem, remedy: found.remedy } : undefined;
}
