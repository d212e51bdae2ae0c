import { parseArgs } from 'node:util';
import type { CommandSpec, ParsedLine } from './command-spec.ts';
import { flagsOf, GLOBAL_FLAGS } from './specs.ts';

/** A line without faults, which needs nobody to word them; undefined for all others. Commander takes 4 ms. */
export function parsePlainly(spec: CommandSpec, words: readonly string[]): ParsedLine | undefined {
  const flags = [...flagsOf(spec).map(([flag]) => flag), ...GLOBAL_FLAGS].map((flag) => {
    const [, short, long = '', value] = /^(?:-(\w), )?--(\S+)(?: (.+))?$/.exec(flag) ?? [];
    return [long, { type: value ? 'string' : 'boolean', multiple: value?.endsWith('...') === true, ...(short ? { short } : {}) }] as const;
  });
  // Whether the next word is the value of such a flag is commander's to say.
  const isOptional = flagsOf(spec).some(([flag]) => flag.endsWith(']') && words.some((word) => word.startsWith(flag.split(' ', 1)[0] as string)));
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
