import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isCoreEnabled, LISTENERS, shownName } from '../home/core-names.ts';
import { kindOf } from '../home/core-plugins.ts';
import { type Layout, namesIn } from '../home/layout.ts';
import { inByteOrder } from '../home/names.ts';
import { harmlessLine } from '../system/harmless.ts';
import { somethingAt } from '../system/links.ts';
import { readSmallFile } from '../system/small-file.ts';
import { directoryAlias } from './directory-aliases.ts';
import { readManifest } from './manifest.ts';
import { entriesBelow, triggersOf } from './plugin-files.ts';

/** That a plugin calls on one of Dokku's set which is not enabled: where it first does, and by what. */
export interface CoreCall {
  /** The name by which the one that is called on can be enabled. */
  readonly plugin: string;
  /** From the plugin's directory. */
  readonly file: string;
  readonly line: number;
  /** A command word, a trigger, or a path of the other plugin. */
  readonly what: string;
  /** Whether the manifest says so, without which the plugin cannot be enabled. */
  readonly isDeclared: boolean;
}

const FILE_BYTES = 256 << 10;
const FILES = 500;
/** What is no program of the plugin's: its tests, what it is told by, and what others have written. */
const NO_PROGRAM =
  /(^|\/)(\.[^/]*|tests?|docs?|examples?|node_modules|vendor)\/|\.(bats|md|txt|json|toml|ya?ml|html?|css|svg|png|lock|mod|sum|conf|sigil)$|(^|\/)(README|LICENSE|CHANGELOG|Dockerfile|Makefile)[^/]*$/i;

/** A place where a shell takes the next word for a command. */
const COMMAND = String.raw`(?:^|[;&|(\x60!{]|\b(?:then|do|else|elif|if|while|until|exec|time|sudo|env|command)\s)\s*`;
const FLAGS = String.raw`(?:\s+--app[ =]\S+|\s+--[\w-]+)*`;
const WORD = String.raw`["']?([a-z][\w-]*(?::[\w.:-]+)?)(?![\w=./:-])`;

/**
 * The plugins of Dokku's set that a plugin calls on and that are not enabled: whose files it reads, whose commands it runs, whose answers it asks for by
 * a trigger that nobody else hears, or which it declares to need. Told from its text, so that what is put together while it runs is missed.
 * @param name the plugin's
 * @param tree where its files are
 */
export function coreCalls(layout: Layout, name: string, tree: string): CoreCall[] {
  const set = namesIn(layout.coreAvailable).filter((core) => kindOf(layout, core) === 'dokku');
  const isAside = (core: string): boolean =>
    core !== name && set.includes(core) && !isCoreEnabled(layout, core) && isAnswering(layout, core) && !somethingAt(join(layout.enabled, core));
  const found = new Map<string, CoreCall>();
  if (!set.some(isAside)) return [];
  const note = (core: string | undefined, file: string, line: number, what: string, isDeclared = false): void => {
    if (core === undefined || found.has(core) || !isAside(core)) return;
    found.set(core, { plugin: shownName(layout, core), file: harmlessLine(file), line, what: harmlessLine(what), isDeclared });
  };
  for (const need of readManifest(tree).manifest?.dependencies ?? []) note(need.name, 'plugin.toml', 0, 'a dependency', true);
  let hearers: ReadonlyMap<string, readonly string[]> | undefined;
  const patterns = patternsFor(layout.brand);
  for (const { file, text } of programTexts(tree)) {
    for (const [index, line] of text.split('\n').entries()) {
      if (/^\s*#/.test(line)) continue;
      for (const [, core = '', path = ''] of line.matchAll(patterns.path)) note(core, file, index + 1, `${core}/${path}`);
      for (const [, trigger = ''] of line.matchAll(patterns.trigger)) {
        hearers ??= triggersOfSet(layout, set);
        for (const core of hearers.get(trigger) ?? []) note(core, file, index + 1, `the trigger ${trigger}`);
      }
      for (const [, word = ''] of [...line.matchAll(patterns.command), ...line.matchAll(patterns.list)]) note(coreOf(word), file, index + 1, word);
    }
  }
  return [...found.values()];
}

/** The expressions that calls are told by. @param brand what the command may be called besides `tool` and `dokku` */
function patternsFor(brand: string): Record<'path' | 'trigger' | 'command' | 'list', RegExp> {
  const program = String.raw`(?:\S*\/)?(?:${[...new Set(['dokku', 'tool', brand])].join('|')})`;
  return {
    path: /(?:_PATH\}?["']?|\/(?:available|enabled))\/([a-z0-9][\w-]*)\/([\w./:-]*)/g,
    trigger: /\bplugn["']?\s+trigger\s+["']?([a-z][\w-]*)/g,
    command: new RegExp(`${COMMAND}["']?${program}["']?${FLAGS}\\s+${WORD}`, 'g'),
    // As other languages start programs.
    list: new RegExp(`["']${program}["'],\\s*${WORD}`, 'g'),
  };
}

/** The core plugin that has a word. */
const coreOf = (word: string): string | undefined => directoryAlias(word) ?? word.split(':', 1)[0];

/** Whether enabling a core plugin changes anything: others are there to be sourced. */
const isAnswering = ({ coreAvailable }: Layout, name: string): boolean =>
  existsSync(join(coreAvailable, name, 'commands')) || triggersOf(join(coreAvailable, name)).length > 0;

/** Who of Dokku's set hears each trigger that nobody else hears. */
function triggersOfSet({ coreAvailable, enabled }: Layout, set: readonly string[]): Map<string, string[]> {
  const others = namesIn(coreAvailable).filter((name) => !set.includes(name));
  const heard = new Set(others.flatMap((name) => triggersOf(join(coreAvailable, name))));
  const hearers = new Map<string, string[]>();
  for (const name of set) {
    for (const trigger of triggersOf(join(coreAvailable, name))) if (!heard.has(trigger)) hearers.set(trigger, [...(hearers.get(trigger) ?? []), name]);
  }
  const listeners = namesIn(enabled).filter((name) => !LISTENERS.has(name));
  const isAnswered = (trigger: string): boolean => listeners.some((name) => existsSync(join(enabled, name, trigger)));
  return new Map([...hearers].filter(([trigger]) => !isAnswered(trigger)));
}

function* programTexts(tree: string): Generator<{ file: string; text: string }> {
  const files = entriesBelow(tree).flatMap(({ path, kind }) => (kind === 'file' && !NO_PROGRAM.test(path) ? [path] : []));
  for (const file of files.sort(inByteOrder).slice(0, FILES)) {
    try {
      const text = readSmallFile(join(tree, file), FILE_BYTES);
      if (!text.includes('\0')) yield { file, text };
    } catch {
      // Too long for a script, or not to be read: it is not looked at.
    }
  }
}
