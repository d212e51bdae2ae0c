import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

/** A file that a body is written to, with the checksum of what is in it so far. */
export class GrowingFile {
  readonly #handle: FileHandle;
  #hash: Hash = createHash('sha256');
  #bytes = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(path: string): Promise<GrowingFile> {
    return new GrowingFile(await open(path, 'w'));
  }

  get bytes(): number {
    return this.#bytes;
  }

  async append(chunk: Buffer): Promise<void> {
    for (let done = 0; done < chunk.length; ) done += (await this.#handle.write(chunk, done, chunk.length - done, this.#bytes + done)).bytesWritten;
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** Forgets all that is in it. */
  async empty(): Promise<void> {
    await this.#handle.truncate(0);
    this.#hash = createHash('sha256');
    this.#bytes = 0;
  }

  /** @returns sha256 of what is in it, in hex; nothing can be added any more */
  sha256(): string {
    return this.#hash.digest('hex');
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
