import { harmlessLine } from '../system/harmless.ts';
import type { CommandHeader } from './import-plan.ts';

/** What the comments at the head of a program say, in its own words. */
export interface ScriptHeader extends Omit<CommandHeader, 'usage'> {
  /** The usage lines as they are there. */
  readonly usage: readonly string[];
}

/** Lines of help that a command's file repeats; the rest is in the original. */
const HELP_LINES = 60;

/** The comment sign of a line: `#`, `//`, `--` or `%`. */
const COMMENT = /^(?:#|\/\/|--|%)(?!!)\s?(.*)$/;

/** What is a comment, and says nothing of what the program is for. */
const NO_PROSE =
  /^(shellcheck|vim:|vi:|ex:|-\*-|copyright|\(c\)|spdx|license|licensed|eslint|biome|coding[:=]|pylint|type:|noqa|pragma|frozen_string_literal|@|!|<|\$|set -|mise |\[?mise\]?|\[?usage\]?)|^[^A-Za-z]*$/i;

/**
 * Reads the comments at the head of a program: `Summary:`, `Usage:` with the indented lines that go on with it, `Help:` or what else is
 * written there, and the lines that declare arguments. Without a `Summary:`, the first words of the comment are one.
 * @param head its first kilobytes
 */
export function readHeader(head: string): ScriptHeader {
  const lines = head.split(/\r?\n/);
  const block = commentBlock(lines);
  let [summary, reading] = ['', ''];
  const usage: string[] = [];
  const help: string[] = [];
  for (const text of block) {
    const [, label = '', rest = ''] = /^(Summary|Usage|Help|Description):\s?(.*)$/.exec(text) ?? [];
    if (label !== '') reading = label;
    if (label === 'Summary' || label === 'Description') summary ||= rest.trim();
    else if (label === 'Usage') usage.push(rest.trim());
    else if (label === 'Help') help.push(rest);
    else if (reading === 'Usage' && /^\s{2,}\S/.test(text)) usage.push(text.trim());
    else if (isProse(text, help)) {
      reading = reading === 'Help' ? reading : '';
      help.push(text);
    }
  }
  // As a program that reads the whole file finds them.
  summary ||= /^# ?Summary: (.*)$/m.exec(head)?.[1]?.trim() ?? '';
  if (usage.length === 0) usage.push(...[...head.matchAll(/^# Usage: (.*)$/gm)].map(([, text = '']) => text.trim()));
  const prose = trimmed(help);
  if (summary === '') summary = withoutName(prose[0]?.trim() ?? docstring(head));
  const told = prose[0] !== undefined && withoutName(prose[0].trim()) === summary ? trimmed(prose.slice(1)) : prose;
  return {
    summary: withoutStop(harmlessLine(summary)),
    usage: usage.filter((text) => text !== '').map(harmlessLine),
    help: told.slice(0, HELP_LINES).map((text) => harmlessLine(text).trimEnd()),
    declared: lines
      .map((line) => /^\s*(?:#|\/\/|--|%)\s?(.*)$/.exec(line)?.[1] ?? '')
      .filter(isDeclaration)
      .map(harmlessLine),
    providesCompletions: /^(?:[#%]|--|\/\/) provide .*completions/im.test(head),
  };
}

/** Whether a line of a comment is for people. In front of them all stand those for programs, and licences. */
const isProse = (text: string, before: readonly string[]): boolean =>
  !isDeclaration(text) &&
  !/^([Pp]rovide .*ompletions|shellcheck |mise |\[?MISE\]?)/.test(text) &&
  (before.some((line) => line.trim() !== '') || !NO_PROSE.test(text.trim() || 'a'));

/** What declares flags and arguments: lines of the usage specification, and argc's. */
const isDeclaration = (text: string): boolean => /^(\[?USAGE\]? |@(describe|flag|option|arg|env|meta)\b)/.test(text);

/** The texts of the comments in front of the first line that is none; of those, blank lines. */
function commentBlock(lines: readonly string[]): string[] {
  const block: string[] = [];
  for (const line of lines.slice(lines[0]?.startsWith('#!') ? 1 : 0)) {
    const text = COMMENT.exec(line)?.[1];
    if (text === undefined && line.trim() !== '') break;
    // What stands behind a blank line is about the code that follows.
    if (text === undefined && block.length > 0) break;
    if (text !== undefined) block.push(text);
  }
  return block;
}

/** The first line of the string that a module of Python begins with. */
function docstring(head: string): string {
  // A line belongs to one alternative alone, however many blank lines there are.
  const opening = /^(?:#[^\n]*\n|[^\S\n]*\n)*[rR]?(?:"""|''')/.exec(head)?.[0];
  return opening === undefined
    ? ''
    : (
        head
          .slice(opening.length)
          .trimStart()
          .split(/"""|'''|\n/, 1)[0] as string
      ).trim();
}

/** `backup.sh - copies the database` says what it does behind its name. */
const withoutName = (text: string): string => text.replace(/^[\w.-]+( - | -- |: )(?=\S)/, '');
const withoutStop = (text: string): string => (/[^.]\.$/.test(text) ? text.slice(0, -1) : text);

function trimmed(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first < 0 ? [] : lines.slice(first, last + 1);
}

/**
 * A usage line behind the word of the plugin's command: `acme backup [--all]` and `backup.sh [--all]` are `ops:backup [--all]`.
 * @param names what the program and its command are called there
 */
export function usageBehind(word: string, line: string, names: readonly string[]): string {
  const words = line.split(/\s+/).filter((one) => one !== '');
  const isName = (one = ''): boolean => names.includes(one.replace(/^.*\//, '')) || /^["']?\$(0|\{0|\(basename)/.test(one);
  // `$(basename "$0")` and `"${0##*/}"` are one name, whatever blanks they have.
  if (/^["']?\$\(/.test(words[0] ?? '')) while (words.length > 0 && !words[0]?.includes(')')) words.shift();
  if (isName(words[0]) || words[0]?.includes(')') || (words.length > 0 && !/^[[<({-]|^[A-Z]|\.\.\.$/.test(words[0] ?? ''))) words.shift();
  if (isName(words[0])) words.shift();
  return [word, ...words].join(' ');
}
