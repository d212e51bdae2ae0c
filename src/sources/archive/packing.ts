import { isUserError } from '../../errors.ts';
import { headOf } from '../../system/file-head.ts';
import type { ArchiveFormat } from './format.ts';

/** How a file is packed: an archive, or one other file. */
export interface Packing {
  readonly format: ArchiveFormat;
  readonly holds: 'files' | 'one file';
}

/** Bytes of a tar's header. */
export const BLOCK = 512;

/** The first bytes of each format. */
const MAGIC: readonly (readonly [format: ArchiveFormat, bytes: readonly number[]])[] = [
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
];

/**
 * Tells by its contents how a file is packed, as an address may end in anything.
 * @returns undefined for what is not packed
 * @throws UserError where the program that unpacks it is missing
 */
export async function packingOf(file: string): Promise<Packing | undefined> {
  const format = packedFormat(file);
  if (format === undefined) return undefined;
  if (format === 'tar') return { format, holds: 'files' };
  if (format === 'zip') return { format, holds: 'files' };
  const block = await firstBlock(file, format);
  return { format, holds: block === undefined || isTarHeader(block) ? 'files' : 'one file' };
}

/** The format that a file's first bytes are of, whatever is packed in it; undefined for what is not packed. */
export function packedFormat(file: string): ArchiveFormat | undefined {
  const head = headOf(file, BLOCK);
  return isTarHeader(head) ? 'tar' : MAGIC.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte))?.[0];
}

/** What a packed file begins with; undefined for one that is damaged, which whoever unpacks it tells. */
async function firstBlock(file: string, format: Exclude<ArchiveFormat, 'zip' | 'tar'>): Promise<Buffer | undefined> {
  const { decompress } = await import('./decompress.ts');
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of decompress(file, format)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= BLOCK) break;
    }
  } catch (error) {
    if (isUserError(error)) throw error;
    return undefined;
  }
  return Buffer.concat(chunks).subarray(0, BLOCK);
}

/** Whether a block is a tar's first: its own sum of it is right. */
export function isTarHeader(block: Buffer): boolean {
  if (block.length < BLOCK) return false;
  const stated = Number.parseInt(
    block
      .toString('latin1', 148, 156)
      .replace(/[\0 ]+/g, ' ')
      .trim(),
    8,
  );
  const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  return stated === sum && sum > BLOCK / 2;
}
