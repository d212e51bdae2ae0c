import { harmlessLine } from '../system/harmless.ts';
import { verifyClearsigned } from './openpgp-verify.ts';
import type { Signature } from './signature.ts';

/** What a provenance file is held against. */
export interface ProvenanceCase {
  /** The text of the file. */
  readonly prov: string;
  /** What the archive is called: the last part of its path or address. */
  readonly fileName: string;
  /** Of the archive, in hex. */
  readonly sha256: string;
  /** The files of the trusted keys. */
  readonly keys: readonly Uint8Array[];
}

/**
 * What Helm's provenance file says of an archive: first whose signature it has, then whether it is of this file.
 * @returns never `unsigned`
 */
export async function verifyProvenance({ prov, fileName, sha256, keys }: ProvenanceCase): Promise<Signature> {
  try {
    const { signature, text } = await verifyClearsigned(prov, 'archive', keys);
    if (signature.state === 'bad') return signature;
    const why = await whyOther(text, fileName, sha256);
    return why === undefined ? signature : bad(why);
  } catch (error) {
    return bad(harmlessLine((error as Error).message));
  }
}

const bad = (why: string): Signature => ({ state: 'bad', why, of: 'archive' });

/** The text of a provenance file, whoever signed it; undefined for what is not clearsigned. */
export function signedText(prov: string): string | undefined {
  const [, text] = /^-----BEGIN PGP SIGNED MESSAGE-----\r?\n(?:[^\n]+\n)*\r?\n([\s\S]*?)\r?\n-----BEGIN PGP SIGNATURE-----/.exec(prov) ?? [];
  return text;
}

/** Why a signed text is not of a file; undefined where it is. */
export async function whyOther(text: string, fileName: string, sha256: string): Promise<string | undefined> {
  const [, list, ...more] = text.replaceAll('\r\n', '\n').split('\n...\n');
  if (list === undefined) return 'message block must have at least two parts';
  if (more.length > 0) return 'message block has several lists of files';
  const { load, YAMLException } = await import('js-yaml');
  let read: unknown;
  try {
    read = load(list);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return `the list of files cannot be read: ${error.reason}`;
  }
  const files: unknown = (read as { readonly files?: unknown } | null | undefined)?.files;
  const stated: unknown =
    typeof files === 'object' && files !== null && Object.hasOwn(files, fileName) ? (files as Record<string, unknown>)[fileName] : undefined;
  if (stated === undefined) return `provenance does not contain a SHA for a file named ${JSON.stringify(fileName)}`;
  const actual = `sha256:${sha256}`;
  return stated === actual ? undefined : `sha256 sum does not match for ${fileName}: ${JSON.stringify(harmlessLine(String(stated)))} != "${actual}"`;
}
