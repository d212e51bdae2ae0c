import { trustSettings } from '../config/trust-settings.ts';
import { isKeyFor, type KeyKind, keyFiles } from '../home/trusted-key-files.ts';

/** How a signature beside an index is called, by the kind of key that makes it. `.sig` is of SSH, or of OpenPGP. */
const ENDINGS: Readonly<Record<KeyKind, readonly string[]>> = { openpgp: ['.asc', '.sig'], ssh: ['.sig'], minisign: ['.minisig'] };

/**
 * The endings of the signatures that are looked for beside the index of a repository: those that a key which is trusted for it can have made.
 * @param home whose keys and settings count
 */
export function wantedSignatures(home: string, repository: string): string[] {
  const kinds = keyFiles(home).filter((file) => isKeyFor(file, repository));
  if (kinds.length === 0 || trustSettings(home, repository).policy === 'off') return [];
  return [...new Set(kinds.flatMap(({ kind }) => ENDINGS[kind]))].sort();
}

/** All of them. */
export const SIGNATURE_ENDINGS: readonly string[] = ['.asc', '.minisig', '.sig'];
