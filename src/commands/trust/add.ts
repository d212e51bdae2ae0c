import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isReleaseName, NAME_RULE } from '../../catalogue/names.ts';
import { errnoOf, UserError } from '../../errors.ts';
import { keyFilePath } from '../../home/trusted-key-files.ts';
import { type GivenKey, readKeys } from '../../provenance/read-keys.ts';
import { signerText } from '../../provenance/signature.ts';
import { configuredNames } from '../../repositories/settings.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { writeDurably } from '../../system/durable.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { hintFor } from '../../system/name-hint.ts';
import { readSmallBytes, SETTINGS_BYTES, whyUnread } from '../../system/small-file.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** What becomes of one key. */
interface AddedKey {
  readonly key: string;
  readonly names: readonly string[];
  readonly repository: string | null;
  readonly outcome: 'added' | 'renewed' | 'unchanged';
}

/** Keeps the public keys of a file in the home: whoever they are of may have signed what is installed from now on. */
export async function run({ layout, env, args: [place], options, warn }: CommandContext<'trust:add'>): Promise<Outcome> {
  refuseNested(env);
  const repository = options.for;
  if (repository !== undefined) warnOfUnknown(layout.home, repository, warn);
  const { keys, notes } = await readKeys(contentOf(place), place === '-' ? 'standard input' : place);
  for (const note of notes) warn(note);
  const placeOf = ({ key }: GivenKey): string => keyFilePath(layout.home, key, repository);
  const added = keys.map((key): AddedKey => ({ key: key.key, names: key.names, repository: repository ?? null, outcome: outcomeOf(key, placeOf(key)) }));
  const data = added.map((one) => ({ ...one, changed: options.dryRun !== true && one.outcome !== 'unchanged' }));
  if (options.dryRun) return { data, lines: () => added.map(wouldText) };
  await withStoreMutex(layout, warn, async () => {
    for (const key of keys) explainDiskErrors('keep a trusted key', placeOf(key), () => writeDurably(placeOf(key), key.text));
  });
  return { data, lines: () => added.map((one) => ({ info: doneText(one) })) };
}

function contentOf(place: string): Buffer {
  if (place === '-') return readFileSync(0);
  const file = resolve(place);
  try {
    return readSmallBytes(file, SETTINGS_BYTES);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw new UserError('not-a-file', `There is no file ${harmlessLine(place)}`, { hint: 'check the path' });
    throw new UserError('unreadable-file', `${harmlessLine(place)} ${whyUnread(error)}`, { hint: 'check the path' });
  }
}

/** Who trusts a key first and adds its repository then has an index that was looked at from the first time on. */
function warnOfUnknown(home: string, repository: string, warn: (text: string) => void): void {
  if (!isReleaseName(repository)) {
    throw new UserError('bad-repository-name', `"${harmlessLine(repository)}" cannot be the name of a repository`, { hint: NAME_RULE });
  }
  const names = configuredNames(home);
  if (names.includes(repository)) return;
  const { hint } = hintFor(repository, names);
  warn(`There is no repository ${repository} yet${hint === undefined ? '' : `; ${hint}`}`);
}

function outcomeOf({ text }: GivenKey, file: string): AddedKey['outcome'] {
  try {
    return readSmallBytes(file, SETTINGS_BYTES).toString() === text ? 'unchanged' : 'renewed';
  } catch {
    return 'added';
  }
}

const forText = ({ repository }: AddedKey): string => (repository === null ? '' : ` for the repository ${repository}`);

const wouldText = (added: AddedKey): string =>
  added.outcome === 'unchanged'
    ? `${signerText(added)} is trusted already${forText(added)}`
    : `would ${added.outcome === 'added' ? 'trust' : 'renew'} ${signerText(added)}${forText(added)}`;

const doneText = (added: AddedKey): string =>
  `${signerText(added)} is ${{ added: 'trusted', renewed: 'renewed', unchanged: 'trusted already' }[added.outcome]}${forText(added)}`;
