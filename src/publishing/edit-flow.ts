import type { FieldValue } from './edit-index.ts';

/** Where a field of a mapping in braces stands: its own text, and the comma behind it or, for the last, the one in front. */
interface Pair {
  readonly start: number;
  readonly end: number;
  readonly key: string;
}

/** An entry in braces, as in JSON, without a field; undefined where it has none. */
export function withoutFlowField(entry: string, field: string): string | undefined {
  const pairs = pairsOf(entry);
  const index = pairs.findIndex(({ key }) => key === field);
  const [own, before] = [pairs[index], pairs[index - 1]];
  if (!own) return undefined;
  // The last goes with the comma in front of it, any other with the one behind it and the blanks behind that.
  if (index === pairs.length - 1) return entry.slice(0, before?.end ?? own.start) + entry.slice(own.end);
  return entry.slice(0, own.start) + entry.slice(pairs[index + 1]?.start);
}

/** An entry in braces with a field behind all others, set apart from them as they are from each other. */
export async function withFlowField(entry: string, field: string, value: Exclude<FieldValue, undefined>): Promise<string[]> {
  const pairs = pairsOf(entry);
  const [first, last] = [pairs[0], pairs.at(-1)];
  if (!first || !last) return [];
  const gap = /\n[ \t]*$/.exec(entry.slice(0, first.start))?.[0] ?? ' ';
  const unit = gap.startsWith('\n') ? ' '.repeat(2) : '';
  const isJson = entry[first.start] === '"';
  const json = unit === '' ? JSON.stringify(value) : JSON.stringify(value, null, unit).replaceAll('\n', gap);
  const key = isJson ? JSON.stringify(field) : field;
  return [`${entry.slice(0, last.end)},${gap}${key}: ${json}${entry.slice(last.end).replace(/^\s*,/, '')}`];
}

/** The fields of a mapping in braces, in their order; none where the braces do not end. */
function pairsOf(entry: string): Pair[] {
  const pairs: Pair[] = [];
  let [depth, start] = [0, 1];
  const close = (end: number): void => {
    const text = entry.slice(start, end);
    const trimmed = text.trim();
    const at = start + text.indexOf(trimmed);
    const [, double, single, plain = ''] = /^(?:"([^"]*)"|'([^']*)'|([^:]*))/.exec(trimmed) ?? [];
    if (trimmed !== '') pairs.push({ start: at, end: at + trimmed.length, key: double ?? single ?? plain.trim() });
  };
  for (let at = 0; at < entry.length; at++) {
    const character = entry[at] as string;
    if ((character === '"' || character === "'") && /[{[,:]\s*$/.test(entry.slice(Math.max(0, at - 200), at))) at = endOfQuoted(entry, at);
    else if ('{['.includes(character)) depth++;
    else if ('}]'.includes(character)) {
      depth--;
      if (depth === 0) {
        close(at);
        return pairs;
      }
    } else if (character === ',' && depth === 1) {
      close(at);
      start = at + 1;
    }
  }
  return [];
}

/** Where the quotes end that begin at a place. */
function endOfQuoted(text: string, start: number): number {
  const quote = text[start] as string;
  for (let at = start + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++;
    // In single quotes two of them are one.
    else if (text[at] === quote && quote === "'" && text[at + 1] === quote) at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
}
