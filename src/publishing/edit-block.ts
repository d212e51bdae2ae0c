import type { FieldValue } from './edit-index.ts';
import { dumped } from './index-text.ts';

/**
 * An entry in block style without a field that begins a line of its own; undefined where none does.
 * @param indent in front of each of its fields
 */
export function withoutBlockField(entry: string, field: string, indent: number): string | undefined {
  const lines = entry.split(/(?<=\n)/);
  const first = lines.findIndex((line, index) => index > 0 && isFieldLine(line, field, indent));
  if (first < 0) return undefined;
  const length = lines.slice(first + 1).findIndex((line) => line.trim() !== '' && !isDeeper(line, indent));
  const last = length < 0 ? lines.length : first + 1 + length;
  // Blank lines and comments at the end are of what follows.
  const own = lines.slice(first, last);
  while (own.length > 1 && isOfNothing(own.at(-1), indent)) own.pop();
  return [...lines.slice(0, first), ...lines.slice(first + own.length)].join('');
}

const isFieldLine = (line: string, field: string, indent: number): boolean => new RegExp(`^ {${indent}}(["']?)${field}\\1\\s*:`).test(line);
/** A blank line, or a comment that is no deeper than fields are: a deeper one may be of a text. */
const isOfNothing = (line: string | undefined = '', indent: number): boolean => line.trim() === '' || (/^\s*#/.test(line) && !isDeeper(line, indent));
const isDeeper = (line: string, indent: number): boolean => line.search(/[^ ]/) > indent;

/**
 * An entry in block style with a field behind all others, as js-yaml writes it.
 * @returns the texts that may be meant: in front of blank lines and comments that are behind the entry, or behind them, where they are of a text's end,
 * which may keep its blank lines
 */
export async function withBlockField(entry: string, field: string, value: Exclude<FieldValue, undefined>, indent: number): Promise<string[]> {
  const lineEnd = /\r\n/.test(entry) ? '\r\n' : '\n';
  const lines = (await dumped({ [field]: value })).trimEnd().split('\n');
  const text = lines.map((line) => `${' '.repeat(indent)}${line}${lineEnd}`).join('');
  const own = entry.split(/(?<=\n)/);
  while (own.length > 1 && isOfNothing(own.at(-1), indent)) own.pop();
  const inside = [own.join('').trimEnd(), entry.trimEnd()].map((front) => {
    const rest = entry.slice(front.length);
    const behind = rest.replace(/^[ \t]*\r?\n?/, '');
    return `${front}${lineEnd}${text}${behind}`;
  });
  return entry.endsWith('\n') ? [...inside, `${entry}${text}`] : inside;
}
