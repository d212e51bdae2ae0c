import { renameSync, writeFileSync } from 'node:fs';
import { isCount, isObject, isText } from '../../../system/own-json.ts';
import { SETTINGS_BYTES, smallBytesIfThere } from '../../../system/small-file.ts';
import { parsedJson } from '../../definition/json-fields.ts';
import type { StreamFacts } from './connection.ts';

interface Place {
  readonly stream: string;
  readonly created: string;
  /** The last message that was taken. */
  readonly sequence: number;
}

const isPlace = isObject<Place>({ stream: isText, created: isText, sequence: isCount });

/** How far a home has read a stream, in a file. */
export class Cursor {
  readonly #file: string;
  #place: Place | undefined;
  #saved: Place | undefined;

  constructor(file: string) {
    this.#file = file;
    const found = parsedJson(smallBytesIfThere(file, SETTINGS_BYTES)?.toString() ?? '');
    this.#place = isPlace(found) ? found : undefined;
    this.#saved = this.#place;
  }

  /**
   * Where to go on in a stream: behind what was taken, with what comes from now on where this is the first time, and at its beginning where another stream has taken the place of the one that was read.
   * @returns also how many messages went from the stream before they were read
   */
  enter({ name, created, first, last }: StreamFacts): { from: number; missed: number } {
    const known = this.#place;
    // A server that was set back to an earlier state has no more than that.
    const sequence = known === undefined || known.stream !== name ? last : known.created === created ? Math.min(known.sequence, last) : 0;
    const missed = known?.created === created ? Math.max(0, first - 1 - sequence) : 0;
    this.#place = { stream: name, created, sequence: sequence + missed };
    return { from: sequence + missed + 1, missed };
  }

  /** Notes that a message was taken. */
  advance(sequence: number): void {
    if (this.#place !== undefined) this.#place = { ...this.#place, sequence };
  }

  /** Writes it down, where it has changed. @throws what the disk refuses */
  save(): void {
    if (this.#place === this.#saved) return;
    this.#saved = this.#place;
    // Unsynced: what an older one leads to is known by its id, or comes once more after a loss of power.
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#place), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}
