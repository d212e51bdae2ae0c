/** The first offset that is given out: 0 says that there is none. */
const FIRST = 64;
/** Each costs the host more than its bytes. */
const BLOCKS = 65_536;

interface Block {
  /** What was asked for. */
  length: number;
  /** What it can hold, which is used again. */
  readonly capacity: number;
}

/** The memory that a guest made for Extism shares with its host: blocks by their offsets. It grows as they are asked for, up to its limit. */
export class ExtismMemory {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #end = FIRST;
  readonly #blocks = new Map<number, Block>();
  readonly #free: { offset: number; capacity: number }[] = [];
  readonly #limit: number;
  /** Whether a block was asked for that does not fit. */
  wasFull = false;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns the offset of a block of zeros; 0 where there is no room for one */
  alloc(length: number): number {
    const reused = this.#free.findIndex(({ capacity }) => capacity >= length);
    const [found] = reused === -1 ? [] : this.#free.splice(reused, 1);
    if (found) {
      this.#blocks.set(found.offset, { length, capacity: found.capacity });
      this.#bytes.fill(0, found.offset, found.offset + length);
      return found.offset;
    }
    const offset = this.#end;
    if (!Number.isSafeInteger(length) || offset + length > this.#limit || this.#blocks.size >= BLOCKS) {
      this.wasFull = true;
      return 0;
    }
    // Offsets are those of words, as some guests take for granted.
    this.#end = Math.ceil((offset + Math.max(length, 1)) / 8) * 8;
    this.#grow(this.#end);
    this.#blocks.set(offset, { length, capacity: this.#end - offset });
    return offset;
  }

  free(offset: number): void {
    const block = this.#blocks.get(offset);
    if (block === undefined) return;
    this.#blocks.delete(offset);
    this.#free.push({ offset, capacity: block.capacity });
  }

  /** Frees all. */
  reset(): void {
    for (const offset of [...this.#blocks.keys()]) this.free(offset);
  }

  /** @returns the length of the block that begins there; 0 where none does */
  length(offset: number): number {
    return this.#blocks.get(offset)?.length ?? 0;
  }

  /** What a block holds. */
  read(offset: number): Uint8Array {
    return this.#bytes.slice(offset, offset + this.length(offset));
  }

  text(offset: number): string {
    return new TextDecoder().decode(this.read(offset));
  }

  /** A block that holds this; 0 where there is no room for it. */
  write(bytes: Uint8Array): number {
    const offset = this.alloc(bytes.length);
    if (offset !== 0) this.#bytes.set(bytes, offset);
    return offset;
  }

  /** What is at an offset, in a block or not. @throws RangeError */
  slice(offset: number, length: number): Uint8Array {
    if (offset < 0 || length < 0 || offset + length > this.#bytes.length) throw new RangeError('outside');
    return this.#bytes.slice(offset, offset + length);
  }

  /** Loads and stores for a guest. @throws RangeError outside of what there is */
  readonly access = {
    load_u8: (offset: bigint): number => this.#view.getUint8(Number(offset)),
    load_u64: (offset: bigint): bigint => this.#view.getBigUint64(Number(offset), true),
    store_u8: (offset: bigint, value: number): void => this.#view.setUint8(Number(offset), value),
    store_u64: (offset: bigint, value: bigint): void => this.#view.setBigUint64(Number(offset), value, true),
  };

  #grow(size: number): void {
    if (size <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.min(Math.max(size, this.#bytes.length * 2), this.#limit + 8));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
