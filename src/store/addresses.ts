import { isAbsolute } from 'node:path';
import { errnoOf, isUserError } from '../errors.ts';
import type { StorePaths } from '../home/store-paths.ts';
import { writeDurably } from '../system/durable.ts';
import { isObject, isText, readOwnJson } from '../system/own-json.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { LIST_BYTES } from '../system/small-file.ts';

/** Addresses by what receipts say of them. */
type Addresses = Readonly<Record<string, string>>;

const isAddresses = (value: unknown): value is Addresses => isObject({})(value) && Object.values(value).every(isText);

function read(paths: StorePaths): Addresses {
  try {
    return readOwnJson('The list of addresses', paths.addresses, LIST_BYTES, isAddresses, 'move it away, and install what needs a password again');
  } catch (error) {
    // Somebody else's secrets are nobody's: what they open is then asked for, or refused by the server.
    const code = errnoOf(isUserError(error) ? error.cause : error);
    if (code === 'ENOENT' || code === 'EACCES') return {};
    throw error;
  }
}

/** The address that a receipt's address stands for, its secrets included; a path has none. */
export function fullAddress(paths: StorePaths, shown: string): string {
  if (isAbsolute(shown) || shown === '') return shown;
  const known = read(paths);
  return (Object.hasOwn(known, shown) ? known[shown] : undefined) ?? shown;
}

/** Forgets addresses, by what receipts say of them. The caller holds the lock. */
export function forgetAddresses(paths: StorePaths, shown: readonly string[]): void {
  const known = Object.entries(read(paths));
  const rest = known.filter(([address]) => !shown.includes(address));
  if (rest.length < known.length) writeDurably(paths.addresses, `${JSON.stringify(Object.fromEntries(rest), null, 2)}\n`, 0o600);
}

/** Keeps an address with secrets for later updates, in a file that its owner alone may read. The caller holds the lock. */
export function rememberAddress(paths: StorePaths, address: string): void {
  const shown = withoutSecrets(address);
  const known = read(paths);
  if (shown === address || known[shown] === address) return;
  writeDurably(paths.addresses, `${JSON.stringify({ ...known, [shown]: address }, null, 2)}\n`, 0o600);
}
