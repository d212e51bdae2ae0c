import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isUserError, UserError } from '../../errors.ts';
import { tarEntries } from '../../sources/archive/tar-reader.ts';
import { writeAll } from '../../system/file-descriptor.ts';
import { makeFolder } from '../../system/make-folder.ts';
import { SETTINGS_BYTES } from '../../system/small-file.ts';
import { type BundleManifest, MANIFEST, readManifest } from './manifest.ts';
import { bytesOf, partsOf } from './parts.ts';

/** A bundle that was read. */
export interface ReadBundle {
  readonly manifest: BundleManifest;
  /** The bytes of its manifest, which a signature is of. */
  readonly text: Buffer;
}

/**
 * Reads a bundle to its end and looks whether all of it is what its manifest says; nothing is written.
 * @param word the bundle, or one of its parts
 * @throws UserError bad-bundle
 */
export const verifyBundle = (word: string): Promise<ReadBundle> => walk(word, () => undefined);

/**
 * Unpacks a bundle that was verified into a folder, and verifies it once more on the way.
 * @param verified what was read of it then: its signature is of that manifest alone
 * @throws UserError bad-bundle where it is another one by now
 */
export async function unpackBundle(word: string, folder: string, { text }: Pick<ReadBundle, 'text'>): Promise<ReadBundle> {
  const target = (path: string): number => {
    const file = join(folder, path);
    makeFolder(dirname(file));
    return openSync(file, 'wx', 0o644);
  };
  return walk(word, target, { verified: text });
}

/** Reads only the manifest, which is in front. @throws UserError bad-bundle */
export const readBundleManifest = (word: string): Promise<ReadBundle> => walk(word, () => undefined, { isManifestAlone: true });

interface WalkOptions {
  readonly isManifestAlone?: boolean;
  /** The manifest that it is to have. */
  readonly verified?: Buffer;
}

async function walk(word: string, target: (path: string) => number | undefined, { isManifestAlone = false, verified }: WalkOptions = {}): Promise<ReadBundle> {
  const name = basename(word);
  const refuse = (what: string): UserError => new UserError('bad-bundle', `${name} ${what}`, { hint: 'copy it again, or make it again with bundle:create' });
  let read: ReadBundle | undefined;
  let seen = 0;
  try {
    for await (const entry of tarEntries(bytesOf(partsOf(word)))) {
      if (entry.kind !== 'file') throw refuse(`holds ${JSON.stringify(entry.name)}, which is no file`);
      if (read === undefined) {
        if (entry.name !== MANIFEST) throw refuse('is no bundle: bundle.json is not in front');
        const text = await smallBody(entry.body, refuse);
        if (verified !== undefined && !verified.equals(text)) throw refuse('was replaced by another bundle while it was installed');
        read = { manifest: readManifest(text.toString(), name), text };
        if (isManifestAlone) return read;
        continue;
      }
      const expected = read.manifest.files[seen++];
      if (expected?.path !== entry.name) throw refuse(`holds ${JSON.stringify(entry.name)}, which its bundle.json does not list there`);
      await copyVerified(entry.body, expected, target(expected.path), refuse);
    }
  } catch (error) {
    if (isUserError(error)) throw error;
    if (error instanceof Error && 'syscall' in error) throw error;
    throw refuse(`is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (read === undefined) throw refuse('is empty');
  if (seen !== read.manifest.files.length) throw refuse(`ends before ${read.manifest.files[seen]?.path}`);
  return read;
}

async function smallBody(body: AsyncIterable<Uint8Array>, refuse: (what: string) => UserError): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > SETTINGS_BYTES) throw refuse('has a bundle.json that is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function copyVerified(
  body: AsyncIterable<Uint8Array>,
  { path, sha256, bytes }: BundleManifest['files'][number],
  fd: number | undefined,
  refuse: (what: string) => UserError,
): Promise<void> {
  const hash = createHash('sha256');
  let count = 0;
  try {
    for await (const chunk of body) {
      count += chunk.length;
      hash.update(chunk);
      if (fd !== undefined) writeAll(fd, Buffer.from(chunk));
    }
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
  if (count !== bytes || hash.digest('hex') !== sha256) throw refuse(`holds another ${path} than its bundle.json says`);
}
