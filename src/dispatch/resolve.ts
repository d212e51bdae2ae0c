import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { familyOf, isCoreEnabled, isUsers, STANDARD } from '../home/core-names.ts';
import { type Environment, enabledPlugins, isCore, type Layout } from '../home/layout.ts';
import { isCommandWord, isPluginName, pluginOf } from '../home/names.ts';
import { directoryAlias, isOwnWord } from '../plugins/directory-aliases.ts';
import { type HashBangs, inspectExecutable, isExecutableFile } from '../plugins/executable.ts';
import { subcommandsOf } from '../plugins/subcommands.ts';
import { escapedHarm } from '../system/harmless.ts';
import { barredFolder, linkTarget, lostTarget, somethingAt } from '../system/links.ts';
import { asksForJson } from '../terminal/asks-json.ts';
import { type Advice, adviceFor } from './advice.ts';
import type { FrontWord } from './front-door.ts';
import type { Call, Word } from './read-call.ts';
import type { CommandsRoute, Route, Rule, Tried } from './route.ts';

/** What the environment says of an app: inherited unchanged from the surrounding command, or meant for this one. */
export interface InheritedApp {
  readonly name: string;
  readonly fromSurroundingCommand: boolean;
}

const SHOWN_LENGTH = 300;

interface Found extends Candidate {
  /** Whether its plugin is not enabled: a family, whose words are looked up. */
  readonly isLookedUp: boolean;
}

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
  const hasSettings = existsSync(join(layout.home, 'tool.toml'));
  const alias = typed || !(hasSettings || layout.brand === 'dokku') ? undefined : (await import('./aliases.ts')).usableAlias(word, layout, warnings);
  const target = alias === 'broken' ? word : (alias?.word ?? word);
  const triedForTyped = tried.length;
  const own = typed ? { ...typed, isLookedUp: false } : findAnywhere(target, layout, tried, target !== word);
  const isToMend = tried.slice(target === word ? 0 : triedForTyped).some((place) => place.found !== 'missing');
  const isFinal = own !== undefined || isToMend || alias === 'broken' || !hasSettings || layout.brand === 'dokku';
  const front = isFinal ? undefined : await throughFrontDoor(target, words[start + 1], layout, tried, warnings);
  const found = own ?? front;
  const core = found !== undefined && (found.isLookedUp || isCore(layout, found.plugin));
  const resolved = front?.word ?? (target === word ? undefined : target);
  const argv = await argvFor(call, resolved, front?.count ?? 1, core, inherited, layout.brand);
  const common = {
    word,
    start,
    argv,
    app: call.app?.word,
    alias: alias === 'broken' ? undefined : alias?.text,
    front: front && `${front.word}, by ${front.setting}`,
    command: front ? ({ kind: 'value', value: front.word } as const) : ({ kind: 'position', position: start + 1 } as const),
    tried,
    warnings,
  };
  if (found) {
    const { rule, plugin, file, isBare, isLookedUp } = found;
    return { kind: 'file', rule, plugin, file, isBare, core, isLookedUp, isPage: await asksForPage(call, argv, found, core, layout), ...common };
  }
  const loop = commandsLoop(word, target, layout, env, tried);
  // Where scripts are asked, most words are somebody's: then what else may have been meant is looked for once nobody answered.
  const search =
    call.leading === 'explain' ||
    (layout.brand !== 'dokku' && (loop.candidates.length === 0 || loop.coreOwner !== undefined || asksForJson(words, layout.brand)));
  const advice = await adviceFor(target, words[start + 1], layout, search);
  const refused = await refusal(target, layout);
  const line = words.slice(start).join(' ');
  const shown = legible(line);
  return {
    kind: 'commands',
    ...common,
    ...loop,
    advice,
    // What is to be mended, or cannot be, is told instead.
    page: loop.broken || refused ? undefined : pageOf(call, target, advice, layout),
    refusal: refused,
    legible: shown === line ? undefined : shown,
    shown,
  };
}

/** Whether a call is a command and `--help` alone, which the command's file does not answer. Core commands do, and Dokku leaves it to the plugin. */
async function asksForPage({ words }: Call, argv: readonly Word[], { plugin, file }: Candidate, core: boolean, { brand, enabled }: Layout): Promise<boolean> {
  const [, only, ...more] = argv;
  if (only?.kind !== 'position' || words[only.position - 1] !== '--help' || more.length > 0 || core || brand === 'dokku') return false;
  const [{ answeredByItsPage }, { Plugin }] = await Promise.all([import('../help/whose-help.ts'), import('../plugins/plugin.ts')]);
  return answeredByItsPage(new Plugin(plugin, join(enabled, plugin)), { name: basename(file), file });
}

/** The plugin whose page answers a word that nobody else does. */
function pageOf({ words, start }: Call, word: string, { lists }: Advice, layout: Layout): CommandsRoute['page'] {
  if (layout.brand === 'dokku') return undefined;
  if (lists !== undefined && words.length === start + 1) return { plugin: lists, status: 1 };
  if (lists !== undefined && words.length === start + 2 && words[start + 1] === '--help') return { plugin: lists, status: 0 };
  const plugin = pluginOf(word);
  const asks = word === `${plugin}:help` && isPluginName(plugin) && subcommandsOf(familyOf(layout, plugin) ?? join(layout.enabled, plugin)).length > 0;
  return asks ? { plugin, status: 0 } : undefined;
}

/** Why a word of Dokku's is refused, where Dokku's set is enabled. A plugin that somebody put here under a name of Dokku's speaks for itself. */
const refusal = async (word: string, layout: Layout): Promise<CommandsRoute['refusal']> =>
  !isCoreEnabled(layout, STANDARD) || isUsers(layout, pluginOf(word)) ? undefined : (await import('./refused-words.ts')).refusalOf(word);

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

/** Looks for a word's file wherever one may be. @param byName whether in the plugin's own folder too */
function findAnywhere(word: string, layout: Layout, tried: Tried[], byName: boolean): Found | undefined {
  const enabled = (byName ? findTarget(word, layout.enabled, undefined, tried) : undefined) ?? findInDirectoryAlias(word, layout, tried);
  const found = enabled ?? findInFamily(word, layout, tried);
  return found && { ...found, isLookedUp: found !== enabled };
}

/** The file of what a word stands for by `[dispatch]`. */
async function throughFrontDoor(
  word: string,
  next: string | undefined,
  layout: Layout,
  tried: Tried[],
  warnings: string[],
): Promise<(Found & FrontWord) | undefined> {
  const front = (await import('./front-door.ts')).frontWordOf(word, next, layout, warnings);
  const found = front && findAnywhere(front.word, layout, tried, true);
  return found && { ...found, ...front };
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
 * Core plugins get the app once, right behind the word; a community plugin's argv is what was typed (DESIGN "Names").
 * @param resolved the word that stands for what was typed, where it is not that itself
 * @param count of how many words that were typed
 */
async function argvFor(
  call: Call,
  resolved: string | undefined,
  count: 1 | 2,
  core: boolean,
  inherited: InheritedApp | undefined,
  brand: string,
): Promise<Word[]> {
  const { words, start } = call;
  const position = (index: number): Word => ({ kind: 'position', position: index + 1 });
  const first: Word = resolved === undefined ? position(start) : { kind: 'value', value: resolved };
  const indexes = words.map((_, index) => index).slice(start + count);
  if (!core) return [first, ...indexes.map(position)];
  const rest = indexes.filter((index) => !call.appIndexes.has(index));
  const args = rest.map(position);
  if (!call.app && !call.danglingApp && !inherited) return [first, ...args];
  const { appWords } = await import('./app-words.ts');
  const texts = rest.map((index) => words[index] as string);
  return [first, ...appWords(call, resolved ?? (words[start] as string), texts, inherited, brand), ...args];
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
