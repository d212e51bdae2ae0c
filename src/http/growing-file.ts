import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

/** Bytes that are gathered before they are written: of small pieces, each would wait for a turn of its own. */
const GATHERED_BYTES = 256 << 10;

/** A file that a body is written to, with the checksum of what has been put into it so far. */
export class GrowingFile {
  readonly #handle: FileHandle;
  #hash: Hash = createHash('sha256');
  /** What is in the file, and what is still to be written behind it. */
  #written = 0;
  #gathered: Buffer[] = [];
  #bytes = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(path: string): Promise<GrowingFile> {
    return new GrowingFile(await open(path, 'w'));
  }

  /** How much has been put into it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @param chunk belongs to the file from now on */
  async append(chunk: Buffer): Promise<void> {
    this.#gathered.push(chunk);
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes - this.#written >= GATHERED_BYTES) await this.#write();
  }

  /** Forgets all that is in it. */
  async empty(): Promise<void> {
    await this.#handle.truncate(0);
    this.#hash = createHash('sha256');
    this.#gathered = [];
    this.#bytes = 0;
    this.#written = 0;
  }

  /** Writes what is still to be written. @returns sha256 of all of it, in hex; nothing can be added any more */
  async finish(): Promise<string> {
    await this.#write();
    return this.#hash.digest('hex');
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #write(): Promise<void> {
    while (this.#gathered.length > 0) {
      const { bytesWritten } = await this.#handle.writev(this.#gathered, this.#written);
      this.#written += bytesWritten;
      const left = this.#bytes - this.#written;
      this.#gathered = left === 0 ? [] : [Buffer.concat(this.#gathered).subarray(-left)];
    }
  }
}
