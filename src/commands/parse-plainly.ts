import { parseArgs } from 'node:util';
import type { CommandSpec, ParsedLine } from './command-spec.ts';
import { flagsOf, GLOBAL_FLAGS } from './specs.ts';

const BOOLEAN = ' [boolean]';

/** A line in which every boolean has its value, which stands behind a `=` alone, as in Go: the word behind `--verify` is none. */
export function withBooleans(spec: CommandSpec, words: readonly string[]): readonly string[] {
  const booleans = new Set((spec.options ?? []).flatMap(([flag]) => (flag.endsWith(BOOLEAN) ? [flag.slice(0, -BOOLEAN.length)] : [])));
  if (booleans.size === 0) return words;
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  return words.map((word, index) => (index < end && booleans.has(word) ? `${word}=true` : word));
}

/** A line without faults, which needs nobody to word them; undefined for all others. Commander takes 4 ms. */
export function parsePlainly(spec: CommandSpec, words: readonly string[]): ParsedLine | undefined {
  const flags = [...flagsOf(spec).map(([flag]) => flag), ...GLOBAL_FLAGS].map((flag) => {
    const [, short, long = '', value] = /^(?:-(\w), )?--(\S+)(?: (.+))?$/.exec(flag) ?? [];
    return [long, { type: value ? 'string' : 'boolean', multiple: value?.endsWith('...') === true, ...(short ? { short } : {}) }] as const;
  });
  // Whether the next word is the value of such a flag is commander's to say.
  const isOptional = flagsOf(spec).some(
    ([flag]) => flag.endsWith(']') && !flag.endsWith(BOOLEAN) && words.some((word) => word.startsWith(flag.split(' ', 1)[0] as string)),
  );
  if (isOptional) return undefined;
  try {
    const { values, positionals } = parseArgs({ args: [...words], options: Object.fromEntries(flags), allowPositionals: true, strict: true });
    const places = (spec.args ?? '').split(' ').filter((place) => place !== '');
    const least = places.filter((place) => place.startsWith('<')).length;
    const most = places.some((place) => place.includes('...')) ? Number.POSITIVE_INFINITY : places.length;
    if (positionals.length < least || positionals.length > most) return undefined;
    const named = Object.entries(values).map(([flag, value]) => [flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()), value]);
    return { args: positionals, options: Object.fromEntries(named) };
  } catch {
    return undefined;
  }
}
