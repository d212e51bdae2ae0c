import { type Dispatch, dispatchSettings } from '../config/front-door.ts';
import { errorLine, isUserError } from '../errors.ts';
import type { Layout } from '../home/layout.ts';
import { isCommandWord, pluginOf } from '../home/names.ts';
import { isSomebodys, mayBeOfDefault } from '../plugins/own-words.ts';
import { aliasFor } from './aliases.ts';

/** What a word stands for by `[dispatch]` of tool.toml. libexec/front knows the same for the hot route. */
export interface FrontWord {
  readonly word: string;
  /** How many of the words that were typed it stands for. */
  readonly count: 1 | 2;
  readonly setting: 'default' | 'spaces';
}

/**
 * What a word may stand for by a home's tool.toml that names no file; nothing under the brand dokku, whose words are Dokku's.
 * @param warnings is told why tool.toml cannot be used
 */
export function frontWordOf(word: string, next: string | undefined, layout: Layout, warnings: string[]): FrontWord | undefined {
  const settings = dispatchOf(layout, warnings);
  return settings && frontWord(word, next, settings, layout);
}

/**
 * What a word may stand for that names no file: with `spaces`, a plugin and its command, where the plugin has the name; with `default`, a command of the default plugin, where
 * nobody has it.
 * @param word as typed, or what its alias stands for
 * @param next the word behind it
 */
function frontWord(word: string, next: string | undefined, { defaultPlugin, spaces }: Dispatch, layout: Layout): FrontWord | undefined {
  if (!isCommandWord(word)) return undefined;
  if (isSomebodys(word, layout)) {
    if (!spaces || word.includes(':') || next === undefined || next.startsWith('-') || !isCommandWord(`${word}:${next}`) || next === '') return undefined;
    return { word: `${word}:${next}`, count: 2, setting: 'spaces' };
  }
  if (defaultPlugin === undefined || !mayBeOfDefault(word, layout)) return undefined;
  return { word: `${defaultPlugin}:${word}`, count: 1, setting: 'default' };
}

/** `[dispatch]` of a home's tool.toml; undefined where there is none, and where it cannot be used. */
const dispatchOf = ({ brand, home }: Layout, warnings: string[]): Dispatch | undefined =>
  brand === 'dokku' ? undefined : orTell(() => dispatchSettings(home), warnings);

/** The words that a word may stand for by tool.toml, whatever files there are: its alias, a command of the default plugin. What cannot be understood is left out. */
export function mayStandFor(word: string, layout: Layout): string[] {
  const unheard: string[] = [];
  const [exact, alias] = [word, pluginOf(word)].map((name) => orTell(() => aliasFor(name, layout.brand, layout.home), unheard));
  const front = frontWordOf(alias ?? word, undefined, layout, unheard);
  return [exact, alias, front?.word].filter((one) => one !== undefined);
}

/** What can be had; where that is nothing, the warnings say why. */
function orTell<T>(read: () => T, warnings: string[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isUserError(error)) throw error;
    const line = errorLine(error);
    if (!warnings.includes(line)) warnings.push(line);
    return undefined;
  }
}
