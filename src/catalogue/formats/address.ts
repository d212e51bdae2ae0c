import { isSha256 } from '../../system/own-json.ts';

/** What most addresses are made of, so that few have to be taken apart. */
const PLAIN = /^https?:\/\/[a-z0-9.-]+\/[\w./~%+,=&?-]*$/i;

/** What is wrong with the address of a file, to stand behind it; undefined where nothing is. */
export function addressProblem(address: string): string | undefined {
  if (PLAIN.test(address)) return undefined;
  if (!/^https?:\/\//i.test(address)) return 'is no http or https address';
  if (/[^\x21-\x7e]/.test(address) || !URL.canParse(address)) return 'is no address that can be asked';
  const { username, password } = new URL(address);
  return username === '' && password === '' ? undefined : 'holds a user or a password, which an index shows to everybody';
}

/** What is wrong with the address that a release's file is fetched from, which a plugin's getter may do; undefined where nothing is. */
export function fileAddressProblem(address: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//.exec(address)?.[1];
  if (scheme === undefined || /^(https?|file|ssh|git)$/.test(scheme)) return addressProblem(address);
  return addressProblem(`https${address.slice(scheme.length)}`);
}

/** The digits of a checksum as indexes have it: in hex, of either case, perhaps behind `sha256:`. */
export const digitsOf = (checksum: string): string => (isWhole(checksum) ? checksum : checksum.replace(/^sha256:/i, '').toLowerCase());

/** What is wrong with the digits of a SHA-256, to stand behind them; undefined where nothing is. */
export function sha256Problem(digits: string): string | undefined {
  if (isWhole(digits)) return undefined;
  return /^[0-9a-f]*$/.test(digits) ? `has ${digits.length} digits, and a SHA-256 has 64` : 'is no SHA-256 in hex';
}

/** As a question alone: what is no checksum is a text all the same. */
const isWhole = (text: string): boolean => isSha256(text);
