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

/** Reads a SHA-256 as indexes have it: in hex, perhaps behind `sha256:`. */
export function readSha256(text: string): { readonly sha256: string } | { readonly problem: string } {
  const digits = text.replace(/^sha256:/i, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return { sha256: digits };
  return { problem: /^[0-9a-f]*$/.test(digits) ? `has ${digits.length} digits, and a SHA-256 has 64` : 'is no SHA-256 in hex' };
}
