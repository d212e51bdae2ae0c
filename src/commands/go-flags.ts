import type { CommandSpec } from './command-spec.ts';
import { flagsOf } from './specs.ts';

/**
 * A command's words with two dashes in front of flags that have one, as Go's flag package takes either: `-output-path x`, `-use-archive=false`. The value of
 * a flag stays as it is, whatever it begins with.
 */
export function withTwoDashes(spec: CommandSpec, words: readonly string[]): string[] {
  const flags = new Map(flagsOf(spec).map(([flag]) => [flag.split(' ', 1)[0], flag.endsWith('>')]));
  const changed: string[] = [];
  let isValue = false;
  for (const [index, word] of words.entries()) {
    if (word === '--' && !isValue) return [...changed, ...words.slice(index)];
    const [name = ''] = word.split('=', 1);
    const isOneDash: boolean = !isValue && flags.has(`-${name}`);
    changed.push(isOneDash ? `-${word}` : word);
    isValue = !isValue && !word.includes('=') && flags.get(isOneDash ? `-${name}` : name) === true;
  }
  return changed;
}
