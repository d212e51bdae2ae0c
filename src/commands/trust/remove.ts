import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../errors.ts';
import { type KeyFile, keyFiles } from '../../home/trusted-key-files.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { syncDirectory } from '../../system/durable.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { hintFor } from '../../system/name-hint.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** The least of a fingerprint that names a key. */
const LEAST = 8;

/** Trusts a key no more, wherever it is trusted, or for one repository. What it signed and is installed stays. */
export async function run({ layout, env, args: [word], options, warn }: CommandContext<'trust:remove'>): Promise<Outcome> {
  refuseNested(env);
  const { home, brand } = layout;
  const files = keyFiles(home).filter(({ repository }) => options.for === undefined || repository === options.for);
  const key = keyNamed(word, files, options.for, brand);
  const gone = files.filter((file) => file.key === key);
  const from = gone.map(({ repository }) => repository ?? 'all').join(', ');
  const data = { key, for: gone.map(({ repository }) => repository ?? null), changed: options.dryRun !== true };
  if (options.dryRun) return { data, lines: () => [`would trust ${key} no more (${from})`] };
  await withStoreMutex(layout, warn, async () => {
    for (const { path } of gone)
      explainDiskErrors('remove a trusted key', path, () => {
        rmSync(path, { force: true });
        syncDirectory(dirname(path));
      });
  });
  return { data, lines: () => [{ info: `${key} is trusted no more (${from})` }] };
}

/** The one key that a word names: all of it, or the end of its fingerprint. @throws UserError */
function keyNamed(word: string, files: readonly KeyFile[], repository: string | undefined, brand: string): string {
  const keys = [...new Set(files.map(({ key }) => key))];
  const shown = harmlessLine(word);
  const bare = word.replaceAll(' ', '').replace(/^0x/i, '');
  const isNamed = (key: string): boolean =>
    key === word || (bare.length >= LEAST && (key.endsWith(bare) || (!key.startsWith('ssh:') && key.endsWith(bare.toUpperCase()))));
  const [key, ...others] = keys.filter(isNamed);
  if (key !== undefined && others.length === 0) return key;
  if (key !== undefined)
    throw new UserError('ambiguous-key', `"${shown}" is the end of several keys`, { hint: `write more of it: ${[key, ...others].join(', ')}` });
  const where = repository === undefined ? '' : ` for the repository ${harmlessLine(repository)}`;
  throw new UserError('no-such-key', `No key "${shown}" is trusted${where}`, hintFor(word, keys, `see those that are with \`${brand} trust:list\``));
}
