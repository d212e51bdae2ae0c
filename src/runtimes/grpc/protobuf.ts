/** A field's values as they stand in a message of protocol buffers: numbers, or bytes, which may be a text or a message within. */
type WireValue = number | Buffer;

/** How fields are written; groups and numbers of fixed length are passed over. */
const WIRE = { number: 0, eight: 1, bytes: 2, four: 5 };

/**
 * A message of protocol buffers, as far as plugins of Botkube need it: texts, booleans, small numbers, messages, and lists and maps of these.
 * https://protobuf.dev/programming-guides/encoding/
 */
export class Message {
  readonly #fields = new Map<number, WireValue[]>();

  /** @throws Error for bytes that are no message */
  constructor(bytes: Buffer) {
    let at = 0;
    const varint = (): number => {
      let value = 0;
      for (let shift = 0; shift < 70; shift += 7) {
        const byte = bytes[at++];
        if (byte === undefined) break;
        // Above 2^53 it is not exact; no length and no flag is.
        value += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) return value;
      }
      throw new Error('a number has no end');
    };
    while (at < bytes.length) {
      const tag = varint();
      const [field, wire] = [Math.floor(tag / 8), tag % 8];
      if (wire === WIRE.number) this.#add(field, varint());
      else if (wire === WIRE.eight || wire === WIRE.four) at += wire === WIRE.eight ? 8 : 4;
      else if (wire === WIRE.bytes) {
        const length = varint();
        this.#add(field, bytes.subarray(at, at + length));
        at += length;
      } else throw new Error(`field ${field} is of the unknown kind ${wire}`);
      if (at > bytes.length) throw new Error(`field ${field} has no end`);
    }
  }

  #add(field: number, value: WireValue): void {
    const values = this.#fields.get(field);
    if (values) values.push(value);
    else this.#fields.set(field, [value]);
  }

  /** Of several the last counts, as everywhere in protocol buffers. */
  #last(field: number): WireValue | undefined {
    return this.#fields.get(field)?.at(-1);
  }

  /** Empty where it is left out. */
  text(field: number): string {
    const value = this.#last(field);
    return Buffer.isBuffer(value) ? value.toString() : '';
  }

  flag(field: number): boolean {
    return this.#last(field) === 1;
  }

  /** Of a number or an enum; 0 where it is left out. */
  number(field: number): number {
    const value = this.#last(field);
    return typeof value === 'number' ? value : 0;
  }

  /** Bytes as they are; none where they are left out. */
  bytes(field: number): Buffer {
    const value = this.#last(field);
    return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
  }

  /** All texts of a field that may be there several times. */
  texts(field: number): string[] {
    return (this.#fields.get(field) ?? []).flatMap((value) => (Buffer.isBuffer(value) ? [value.toString()] : []));
  }

  message(field: number): Message | undefined {
    const value = this.#last(field);
    return Buffer.isBuffer(value) ? new Message(value) : undefined;
  }

  /** A map from texts to messages, or to texts: its entries, each a message of a key (1) and a value (2). */
  entries(field: number): Message[] {
    return (this.#fields.get(field) ?? []).filter((value) => Buffer.isBuffer(value)).map((value) => new Message(value));
  }
}
