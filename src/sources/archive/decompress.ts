import { closeSync, createReadStream, openSync, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../errors.ts';
import { CANNOT_START, startChild } from '../../system/child.ts';
import type { ArchiveFormat } from './format.ts';

type Bytes = AsyncGenerator<Buffer, void, undefined>;

/**
 * What a packed file holds. It ends only once whoever unpacks it has found the file whole and nothing behind it.
 * @throws Error in words for people; UserError when the program that unpacks it is missing
 */
export function decompress(file: string, format: Exclude<ArchiveFormat, 'zip'>): Bytes {
  switch (format) {
    case 'tar':
      return plainBytes(file);
    case 'gzip':
      return gunzipped(file);
    default:
      return byProgram(format, file);
  }
}

/** Long pieces are read and unpacked in half the time of Node's own. */
const PIECE = 256 << 10;

async function* plainBytes(file: string): Bytes {
  yield* createReadStream(file, { highWaterMark: PIECE });
}

async function* gunzipped(file: string): Bytes {
  const source = createReadStream(file, { highWaterMark: PIECE });
  const gunzip = createGunzip({ chunkSize: PIECE });
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    yield* gunzip;
  } finally {
    source.destroy();
  }
  if (gunzip.bytesWritten === statSync(file).size) return;
  // Node takes what stands behind the end for nothing; only zeros are, which fill a tape's last block.
  for await (const chunk of createReadStream(file, { start: gunzip.bytesWritten })) {
    if ((chunk as Buffer).some((byte) => byte !== 0)) throw new Error('something stands behind its end');
  }
}

const PACKAGES = { xz: 'xz-utils', zstd: 'zstd', bzip2: 'bzip2' };
const TOLD_BYTES = 2000;

async function* byProgram(program: keyof typeof PACKAGES, file: string): Bytes {
  const fd = openSync(file, 'r');
  // Not with what somebody's variables add to its command line.
  const { process: child, closed } = startChild(program, ['-dc'], { stdio: [fd, 'pipe', 'pipe'], env: { PATH: process.env.PATH, LC_ALL: 'C' } });
  closeSync(fd);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('latin1')).slice(0, TOLD_BYTES);
  });
  try {
    if (child.stdout) yield* child.stdout;
    const status = await closed;
    if (status === CANNOT_START)
      throw new UserError('program-missing', `${program} is not on PATH, and this archive needs it`, { hint: `install ${PACKAGES[program]}` });
    // A warning is no archive's that is whole: bzip2 takes what stands behind the end for nothing, and only says so.
    if (status !== 0 || said !== '') throw new Error(`${program} says: ${inOneLine(said) || 'it is damaged'}`);
  } finally {
    child.kill();
  }
}

/** What a program says of its standard input, which is the archive. */
const inOneLine = (said: string): string =>
  said
    .replaceAll(/^(xz|zstd|bzip2): |\(stdin\)( = )?:? ?|\/\*stdin\*\\ ?: ?/gm, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 2)
    .join(' ');
