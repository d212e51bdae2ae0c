import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { errnoOf, isUserError, UserError } from '../errors.ts';
import { type ArchiveFormat, archiveFormat } from './archive-format.ts';
import { type ArchiveLimits, ArchivePolicy, type EntryKind } from './archive-policy.ts';

const KINDS: Readonly<Record<string, EntryKind>> = { file: 'file', directory: 'directory', symlink: 'link' };

/**
 * Unpacks an archive into a directory that does not exist yet; an archive of one directory gives what is in it.
 * @param name what the user calls the archive
 * @throws UserError REFUSED at the first thing that an archive of a plugin must not hold, or when it is none
 */
export async function unpackArchive(file: string, name: string, tree: string, limits: ArchiveLimits): Promise<void> {
  const format = archiveFormat(name);
  const policy = new ArchivePolicy(name, statSync(file).size, limits);
  const writer = new TreeWriter(tree, policy);
  try {
    if (format === 'zip') await readZip(file, policy, writer);
    else await readTar(file, format ?? 'gzip', { policy, writer, name, limits });
  } catch (error) {
    if (isUserError(error) || errnoOf(error) === 'ENOSPC') throw error;
    throw new UserError('REFUSED', `${name} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'it is cut short, damaged, or not what its name says',
      cause: error,
    });
  }
  writer.finish();
  hoist(tree);
}

/** Writes admitted entries. Links come last, so that nothing is ever written through one. */
class TreeWriter {
  readonly #tree: string;
  readonly #policy: ArchivePolicy;
  readonly #links: [path: string, target: string][] = [];

  constructor(tree: string, policy: ArchivePolicy) {
    this.#tree = tree;
    this.#policy = policy;
    mkdirSync(tree, { recursive: true });
  }

  directory(path: string): void {
    mkdirSync(join(this.#tree, path), { recursive: true, mode: 0o755 });
  }

  async file(path: string, mode: number, body: Readable): Promise<void> {
    const target = join(this.#tree, path);
    mkdirSync(dirname(target), { recursive: true });
    await pipeline(body, counting(this.#policy), createWriteStream(target, { flags: 'wx', mode }));
  }

  link(path: string, target: string): void {
    this.#links.push([path, target]);
  }

  finish(): void {
    for (const [path, target] of this.#links) this.#policy.checkLink(path, target);
    for (const [path, target] of this.#links) {
      mkdirSync(dirname(join(this.#tree, path)), { recursive: true });
      symlinkSync(target, join(this.#tree, path));
    }
  }
}

const counting = (policy: ArchivePolicy): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        policy.count(chunk.length);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });

interface Unpacking {
  readonly policy: ArchivePolicy;
  readonly writer: TreeWriter;
  readonly name: string;
  readonly limits: ArchiveLimits;
}

/** Headers of a tar are bytes like any other: what comes out of the decompressor is bounded by this much more an entry. */
const HEADER_BYTES = 2048;

async function readTar(file: string, format: ArchiveFormat, { policy, writer, name, limits }: Unpacking): Promise<void> {
  const { createTarDecoder } = await import('./tar-decoder.ts');
  const decoder = createTarDecoder({ strict: true });
  const packed = new ArchivePolicy(name, statSync(file).size, {
    ...limits,
    bytes: limits.bytes + limits.entries * HEADER_BYTES,
    ratio: Number.POSITIVE_INFINITY,
  });
  const feeding = decompress(file, format, counting(packed)).pipeTo(decoder.writable);
  const reading = (async () => {
    let seen = 0;
    for await (const { header, body } of decoder.readable) {
      seen++;
      const kindName = header.type ?? 'file';
      const entry = policy.admit({ name: header.name, kind: KINDS[kindName], kindName, mode: header.mode ?? 0o644 });
      if (entry?.kind === 'file') await writer.file(entry.path, entry.mode, Readable.fromWeb(body as never));
      else {
        if (entry?.kind === 'directory') writer.directory(entry.path);
        if (entry?.kind === 'link') writer.link(entry.path, header.linkname ?? '');
        await body.cancel();
      }
    }
    if (seen === 0) throw new Error('it holds nothing');
  })();
  // The first of the two to fail says why; the other only follows.
  await Promise.all([feeding, reading]);
}

function decompress(file: string, format: ArchiveFormat, counter: Transform): ReadableStream<Uint8Array> {
  const source = createReadStream(file);
  const out = new PassThrough();
  const fail = (error: unknown): void => void out.destroy(error as Error);
  if (format === 'gzip') {
    pipeline(source, createGunzip(), counter, out).catch(fail);
  } else {
    const child = spawn(format, ['-dc'], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.on('error', () =>
      fail(new UserError('REFUSED', `${format} is not on PATH, and this archive needs it`, { hint: format === 'xz' ? 'install xz-utils' : 'install zstd' })),
    );
    child.on('exit', (status) => status !== 0 && status !== null && fail(new Error(`${format} cannot read it`)));
    pipeline(source, child.stdin).catch(() => {});
    pipeline(child.stdout, counter, out).catch(fail);
    out.on('close', () => child.kill());
  }
  return asWebStream(out);
}

/** `Readable.toWeb` of Node 20 goes on feeding a stream that was cancelled meanwhile, and that throws where nobody can catch it. */
function asWebStream(readable: Readable): ReadableStream<Uint8Array> {
  const chunks = readable[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}

async function readZip(file: string, policy: ArchivePolicy, writer: TreeWriter): Promise<void> {
  const { openZip } = await import('./zip-reader.ts');
  for await (const entry of openZip(file)) {
    const admitted = policy.admit(entry);
    if (!admitted) continue;
    if (admitted.kind === 'directory') writer.directory(admitted.path);
    else if (admitted.kind === 'link') writer.link(admitted.path, await entry.text());
    else await writer.file(admitted.path, admitted.mode, await entry.open());
  }
}

/** An archive of one directory and nothing beside it is that directory (contract dokku §2.2). */
function hoist(tree: string): void {
  const [only, ...others] = readdirSync(tree);
  if (only === undefined || others.length > 0 || !lstatSync(join(tree, only)).isDirectory()) return;
  const inner = `${tree}.inner`;
  renameSync(join(tree, only), inner);
  rmdirSync(tree);
  renameSync(inner, tree);
}
