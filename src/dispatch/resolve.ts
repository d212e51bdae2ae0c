import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { familyOf, isCoreEnabled, isUsers, STANDARD } from '../home/core-names.ts';
import { type Environment, isCore, type Layout } from '../home/layout.ts';
import { isPluginName, pluginOf } from '../home/names.ts';
import { subcommandsOf } from '../plugins/subcommands.ts';
import { escapedHarm } from '../system/harmless.ts';
import { asksForJson } from '../terminal/asks-json.ts';
import { type Advice, adviceFor } from './advice.ts';
import { commandsLoop } from './commands-loop.ts';
import { type Found, findAnywhere, findTarget } from './find-target.ts';
import type { FrontWord } from './front-door.ts';
import type { Call, Word } from './read-call.ts';
import type { CommandsRoute, Route, Tried } from './route.ts';

/** What the environment says of an app: inherited unchanged from the surrounding command, or meant for this one. */
export interface InheritedApp {
  readonly name: string;
  readonly fromSurroundingCommand: boolean;
}

const SHOWN_LENGTH = 300;

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
    const { rule, plugin, file, module, isBare, isLookedUp } = found;
    return { kind: 'file', rule, plugin, file, module, isBare, core, isLookedUp, isPage: await asksForPage(call, argv, found, core, layout), ...common };
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
async function asksForPage(
  { words }: Call,
  argv: readonly Word[],
  { plugin, file, module = file }: Found,
  core: boolean,
  { brand, enabled }: Layout,
): Promise<boolean> {
  const [, only, ...more] = argv;
  if (only?.kind !== 'position' || words[only.position - 1] !== '--help' || more.length > 0 || core || brand === 'dokku') return false;
  const [{ answeredByItsPage }, { Plugin }] = await Promise.all([import('../help/whose-help.ts'), import('../plugins/plugin.ts')]);
  return answeredByItsPage(new Plugin(plugin, join(enabled, plugin)), { name: basename(file), file: module });
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

/** A text as one line that is fit to be shown. */
function legible(text: string): string {
  const shown = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  return escapedHarm(shown, (codePoint) =>
    codePoint < 0x20 ? JSON.stringify(String.fromCodePoint(codePoint)).slice(1, -1) : `\\u${codePoint.toString(16).padStart(4, '0')}`,
  ).replaceAll('\n', '\\n');
}
