import { countsOf, META_DEFAULTS } from '../../content/pack.ts';
import { readDirectory } from '../../content/read-directory.ts';
import { packText } from '../../content/write-pack.ts';
import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { hintFor } from '../../system/name-hint.ts';
import { plural } from '../../system/word-list.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { writeMade } from './written-file.ts';

/** Bundles a directory into one file: the same files give the same bytes. */
export async function run({ args: [directory, ...fields], options, warn }: CommandContext<'content:bundle'>): Promise<Outcome> {
  const { output } = options;
  if (output === undefined || output === '') throw new UserError('missing-flag', '--output is missing', { hint: 'see content:bundle --help' });
  const { pack, warnings } = readDirectory(directory, Object.fromEntries(fields.map(readField)));
  const { isStale, changed } = writeMade(output, packText(pack, output), options);
  for (const warning of warnings) warn(warning);
  const { Name: name = '', Version: version = '' } = pack.meta;
  const counts = countsOf(pack);
  const objects = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const told = `${harmlessLine(name)} ${harmlessLine(version)}, ${plural(objects, 'object')}`;
  return {
    data: { output, name, version, objects, types: counts, changed, warnings },
    lines: () => [
      isStale
        ? changed
          ? { info: `${harmlessLine(output)} written: ${told}` }
          : `would write ${harmlessLine(output)}: ${told}`
        : `${harmlessLine(output)} is up to date: ${told}`,
    ],
  };
}

/** @throws UserError for what gives no field that a pack has */
function readField(word: string): readonly [string, string] {
  const equals = word.indexOf('=');
  if (equals <= 0) throw new UserError('bad-value', `"${harmlessLine(word)}" gives no field`, { hint: 'write FIELD=VALUE, like Version=v1.2.0' });
  const field = word.slice(0, equals);
  if (Object.hasOwn(META_DEFAULTS, field)) return [field, word.slice(equals + 1)];
  const known = Object.keys(META_DEFAULTS);
  throw new UserError('unknown-value', `A content pack has no field ${harmlessLine(field)}`, hintFor(field, known, `it has ${known.join(', ')}`));
}
