import { statSync } from 'node:fs';
import { errnoOf, isUserError, UserError } from '../../errors.ts';
import { type ArchiveFormat, archiveFormat } from './format.ts';
import { type ArchiveLimits, ArchivePolicy } from './policy.ts';
import { TreeWriter } from './tree-writer.ts';

/** What takes the entries of an archive that a policy has admitted, in their order. */
export interface EntrySink<T> {
  directory(path: string): void;
  /** Reads the body to its end, counting its bytes with the policy. */
  file(path: string, mode: number, body: AsyncIterable<Uint8Array>): Promise<void>;
  link(path: string, target: string): void;
  /** Called when all are there. */
  finish(): T;
}

export interface UnpackOptions {
  /** How it is packed; by default as its name says. */
  readonly format?: ArchiveFormat;
  /** Whether the one directory that all of an archive may be in stays. */
  readonly keepsFolder?: boolean;
}

/**
 * Unpacks an archive into a directory that does not exist yet; an archive of one directory gives what is in it, unless that is to stay.
 * @param name what the user calls the archive
 * @returns the name of that one directory, where there is one
 * @throws UserError at the first thing that an archive of a plugin must not hold, or when it is none
 */
export const unpackArchive = (file: string, name: string, tree: string, limits: ArchiveLimits, options: UnpackOptions = {}): Promise<string | undefined> =>
  readArchive(file, name, limits, options, (policy) => new TreeWriter(tree, policy));

/**
 * Reads an archive to its end, held to the policy.
 * @param name what the user calls the archive
 * @param sinkFor makes what takes its entries
 * @returns what that gives in the end
 * @throws UserError at the first thing that an archive of a plugin must not hold, or when it is none
 */
export async function readArchive<T>(
  file: string,
  name: string,
  limits: ArchiveLimits,
  { format = archiveFormat(name) ?? 'gzip', keepsFolder = false }: UnpackOptions,
  sinkFor: (policy: ArchivePolicy) => EntrySink<T>,
): Promise<T> {
  const policy = new ArchivePolicy(name, statSync(file).size, limits, keepsFolder);
  try {
    const sink = sinkFor(policy);
    if (format === 'zip') await readZip(file, policy, sink);
    else {
      const { decompress } = await import('./decompress.ts');
      await readTar(policy.packed(decompress(file, format)), policy, sink);
    }
    return sink.finish();
  } catch (error) {
    if (isUserError(error) || errnoOf(error) === 'ENOSPC') throw error;
    throw new UserError('archive-damaged', `${name} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'it is truncated, damaged, or not what its name says',
      cause: error,
    });
  }
}

async function readTar(bytes: AsyncIterable<Uint8Array>, policy: ArchivePolicy, sink: EntrySink<unknown>): Promise<void> {
  const { tarEntries } = await import('./tar-reader.ts');
  let seen = 0;
  for await (const entry of tarEntries(bytes)) {
    seen++;
    const admitted = policy.admit(entry);
    if (admitted?.kind === 'file') await sink.file(admitted.path, admitted.mode, entry.body);
    else {
      entry.letGo();
      if (admitted?.kind === 'directory') sink.directory(admitted.path);
      if (admitted?.kind === 'link') sink.link(admitted.path, entry.linkTarget);
    }
  }
  if (seen === 0) throw new Error('it holds nothing');
}

async function readZip(file: string, policy: ArchivePolicy, sink: EntrySink<unknown>): Promise<void> {
  const { openZip } = await import('./zip-reader.ts');
  for await (const entry of openZip(file)) {
    const admitted = policy.admit(entry);
    if (admitted?.kind === 'directory') sink.directory(admitted.path);
    else if (admitted?.kind === 'link') sink.link(admitted.path, await entry.text());
    else if (admitted) await sink.file(admitted.path, admitted.mode, entry.body());
  }
}
