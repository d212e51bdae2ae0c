import { isUserError } from '../errors.ts';
import { type KeyFile, keyFiles } from '../home/trusted-key-files.ts';
import type { Signer } from './signature.ts';
import { contentOf, damaged, keysOf } from './trusted-keys.ts';

/** A trusted key, and whether it can still sign. */
export interface ListedKey extends Signer {
  readonly kind: KeyFile['kind'];
  readonly repository?: string;
  readonly state: 'good' | 'expired' | 'revoked' | 'damaged';
}

/** The trusted keys of a home, each as it is now; one whose file is damaged among them. */
export const listedKeys = (home: string): Promise<ListedKey[]> => Promise.all(keyFiles(home).map(listed));

async function stateOf(file: KeyFile): Promise<Pick<ListedKey, 'names' | 'state'>> {
  const { openpgpKeyState } = await import('./openpgp-keys.ts');
  const { key, names, state } = await openpgpKeyState(contentOf(file)).catch((error: unknown) => {
    throw isUserError(error) ? error : damaged(file);
  });
  if (key !== file.key) throw damaged(file);
  return { names, state };
}

async function listed(file: KeyFile): Promise<ListedKey> {
  const { kind, key, repository } = file;
  const facts = { kind, key, ...(repository === undefined ? {} : { repository }) };
  try {
    if (kind === 'openpgp') return { ...facts, ...(await stateOf(file)) };
    return { ...facts, names: keysOf([file]).namesOf(key), state: 'good' };
  } catch (error) {
    if (!isUserError(error) || error.code === 'package-damaged') throw error;
    return { ...facts, names: [], state: 'damaged' };
  }
}
