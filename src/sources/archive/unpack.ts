import { statSync } from 'node:fs';
import { errnoOf, isUserError, UserError } from '../../errors.ts';
import { type ArchiveFormat, archiveFormat } from './format.ts';
import { type ArchiveLimits, ArchivePolicy } from './policy.ts';
import { TreeWriter } from './tree-writer.ts';

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
 * @throws UserError REFUSED at the first thing that an archive of a plugin must not hold, or when it is none
 */
export async function unpackArchive(
  file: string,
  name: string,
  tree: string,
  limits: ArchiveLimits,
  { format = archiveFormat(name) ?? 'gzip', keepsFolder = false }: UnpackOptions = {},
): Promise<string | undefined> {
  const policy = new ArchivePolicy(name, statSync(file).size, limits, keepsFolder);
  try {
    const writer = new TreeWriter(tree, policy);
    if (format === 'zip') await readZip(file, policy, writer);
    else {
      const { decompress } = await import('./decompress.ts');
      await readTar(policy.packed(decompress(file, format)), policy, writer);
    }
    return writer.finish();
  } catch (error) {
    if (isUserError(error) || errnoOf(error) === 'ENOSPC') throw error;
    throw new UserError('REFUSED', `${name} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'it is truncated, damaged, or not what its name says',
      cause: error,
    });
  }
}

async function readTar(bytes: AsyncIterable<Uint8Array>, policy: ArchivePolicy, writer: TreeWriter): Promise<void> {
  const { tarEntries } = await import('./tar-reader.ts');
  let seen = 0;
  for await (const entry of tarEntries(bytes)) {
    seen++;
    const admitted = policy.admit(entry);
    if (admitted?.kind === 'file') await writer.file(admitted.path, admitted.mode, entry.body);
    else {
      entry.letGo();
      if (admitted?.kind === 'directory') writer.directory(admitted.path);
      if (admitted?.kind === 'link') writer.link(admitted.path, entry.linkTarget);
    }
  }
  if (seen === 0) throw new Error('it holds nothing');
}

async function readZip(file: string, policy: ArchivePolicy, writer: TreeWriter): Promise<void> {
  const { openZip } = await import('./zip-reader.ts');
  for await (const entry of openZip(file)) {
    const admitted = policy.admit(entry);
    if (admitted?.kind === 'directory') writer.directory(admitted.path);
    else if (admitted?.kind === 'link') writer.link(admitted.path, await entry.text());
    else if (admitted) await writer.file(admitted.path, admitted.mode, entry.body());
  }
}
