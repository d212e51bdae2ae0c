import { readRepository } from '../git/objects.ts';
import { bestOf, type Detached, verifyDetached } from './detached.ts';
import type { Signature } from './signature.ts';
import type { TrustedKeys } from './trusted-keys.ts';

/** What of a repository is installed. */
export interface GitState {
  /** The directory of a clone, bare or not. */
  readonly clone: string;
  readonly commit: string;
  /** The tag that led there. */
  readonly tag?: string | undefined;
}

const LIMITS = { bytes: 4 << 20, timeoutMs: 30_000 };
const BEGIN = /^-----BEGIN (PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----$/gm;

/**
 * Who signed a tag or a commit, as `git verify-tag` and `git verify-commit` tell it, by the keys that are trusted and no others: no configuration and no
 * keyring of the user's is looked into. A signed tag must be of this commit and of this name.
 * @throws UserError where the repository cannot be read
 */
export async function gitSignature({ clone, commit, tag }: GitState, keys: TrustedKeys): Promise<Signature> {
  const read = async (...words: string[]): Promise<Buffer> => readRepository(clone, ['--no-replace-objects', ...words], LIMITS);
  const found = [await commitSignature(await read('cat-file', 'commit', commit), keys)];
  if (tag !== undefined) {
    const [id, type] = (await read('for-each-ref', '--format=%(objectname) %(objecttype)', `refs/tags/${tag}`)).toString().trim().split(' ');
    if (type === 'tag' && id) found.push(await tagSignature(await read('cat-file', 'tag', id), { commit, tag }, keys));
  }
  return bestOf(found);
}

/** The signature in a commit's header, and all of it but that. */
async function commitSignature(raw: Buffer, keys: TrustedKeys): Promise<Signature> {
  const text = raw.toString('latin1');
  const end = text.indexOf('\n\n');
  const header = text.slice(0, end < 0 ? text.length : end + 1);
  const fields = [...header.matchAll(/^(gpgsig|gpgsig-sha256) (.*\n(?: .*\n)*)/gm)];
  const [field, ...more] = fields;
  if (!field) return { state: 'unsigned' };
  const of = 'commit';
  // git reads the first and leaves out all: of two nobody knows what was signed.
  if (more.length > 0) return { state: 'bad', why: 'the commit has several signatures', of };
  const signature = (field[2] ?? '').replaceAll('\n ', '\n');
  const signed = text.slice(0, field.index) + text.slice((field.index ?? 0) + field[0].length);
  return verifyGit({ name: 'the signature of the commit', bytes: Buffer.from(signature, 'latin1') }, Buffer.from(signed, 'latin1'), of, keys);
}

/** The signature at the end of a tag. A tag that leads elsewhere by now says nothing of a commit that a lock holds. */
async function tagSignature(raw: Buffer, { commit, tag }: { readonly commit: string; readonly tag: string }, keys: TrustedKeys): Promise<Signature> {
  const text = raw.toString('latin1');
  const [header = '', ...rest] = text.split('\n\n');
  const body = rest.join('\n\n');
  // As git has it: the last is the signature, what stands in front of it is the message.
  const at = [...body.matchAll(BEGIN)].at(-1)?.index;
  const field = (name: string): string | undefined => new RegExp(`^${name} (.*)$`, 'm').exec(header)?.[1];
  if (at === undefined || field('object') !== commit) return { state: 'unsigned' };
  const own = Buffer.from(field('tag') ?? '', 'latin1').toString();
  if (own !== tag) return { state: 'bad', why: `the signed tag is called ${JSON.stringify(own)}, not ${tag}`, of: 'tag' };
  const start = header.length + 2 + at;
  return verifyGit(
    { name: 'the signature of the tag', bytes: Buffer.from(text.slice(start), 'latin1') },
    Buffer.from(text.slice(0, start), 'latin1'),
    'tag',
    keys,
  );
}

async function verifyGit(signature: Detached, bytes: Buffer, of: 'tag' | 'commit', keys: TrustedKeys): Promise<Signature> {
  // X.509: there are no such keys to trust.
  if (signature.bytes.toString('latin1').startsWith('-----BEGIN SIGNED MESSAGE')) return { state: 'unknown signer', key: 'an X.509 certificate', of };
  return verifyDetached([signature], { of, bytes, namespace: 'git' }, keys);
}
