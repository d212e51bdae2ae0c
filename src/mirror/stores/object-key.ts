import { UserError } from '../../errors.ts';

/** Parts of letters, digits and a few signs between slashes; none begins with a dot, so that nothing leads elsewhere and nothing is hidden. */
const KEY = /^[A-Za-z0-9][\w.+~%-]*(\/[A-Za-z0-9][\w.+~%-]*)*$/;
/** The longest key that S3 takes, in bytes. */
const LONGEST = 1024;

/** Whether a text may name an object. */
export const isObjectKey = (key: string): boolean => KEY.test(key) && key.length <= LONGEST;

/** @throws UserError source-refused for what may not name an object */
export function checkObjectKey(key: string): void {
  if (!isObjectKey(key))
    throw new UserError('source-refused', `${JSON.stringify(key)} cannot name an object of a mirror`, { hint: 'ask whoever publishes it' });
}
