import { close, closeSync, fdatasync, fdatasyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isCount, isObject, isOptional, isText } from '../../../system/own-json.ts';
import { LIST_BYTES, smallBytesIfThere } from '../../../system/small-file.ts';
import { parsedJson } from '../../definition/json-fields.ts';

/** Bytes of a file, after which another is begun. */
const FILE_BYTES = 4 << 20;
const DIGITS = 15;

/** An event as it is kept. Numbers count up, one by one. */
export interface KeptEvent {
  readonly number: number;
  readonly id: string;
  readonly hops: number;
  /** The event as JSON. */
  readonly json: string;
}

/** How far the sending is. */
export interface Progress {
  /** The number of the first event that the stream is not known to have. */
  readonly next: number;
  /** All of those from there on that the stream has are behind this sequence number of it. */
  readonly after: number;
  /** When the stream was created that this is about. */
  readonly created?: string | undefined;
}

const isProgress = isObject<Progress>({ next: isCount, after: isCount, created: isOptional(isText) });

interface Line {
  readonly Number: number;
  readonly Id: string;
  readonly Hops: number;
  readonly Event: object;
}
const isLine = isObject<Line>({ Number: isCount, Id: isText, Hops: isCount, Event: (value): value is object => typeof value === 'object' && value !== null });

/**
 * What an outbox keeps on disk: files of lines that are only added to, each named by the number of its first event, and removed as a whole once all of it was sent.
 * What has been added survives the end of this process at once; a loss of power, once it is synced.
 */
export class OutboxFiles {
  readonly #folder: string;
  /** In order; the last is the one that is added to. */
  readonly #files: { readonly first: number; readonly path: string }[] = [];
  #fd: number | undefined;
  #bytes = 0;
  #isSynced = true;

  /** @param folder is there, for the owner of the home alone */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What was left, in order, and how far the sending was. What a loss of power tore is left out. */
  load(): { kept: KeptEvent[]; progress: Progress } {
    const names = readdirSync(this.#folder).filter((name) => /^\d{15}\.ndjson$/.test(name));
    const found = parsedJson(smallBytesIfThere(join(this.#folder, 'progress.json'), LIST_BYTES)?.toString() ?? '');
    const progress: Progress = isProgress(found) ? found : { next: 1, after: 0 };
    const kept: KeptEvent[] = [];
    for (const name of names.sort()) {
      const path = join(this.#folder, name);
      this.#files.push({ first: Number(name.slice(0, DIGITS)), path });
      for (const text of readFileSync(path, 'utf8').split('\n')) {
        const line = parsedJson(text);
        if (!isLine(line) || line.Number < progress.next) continue;
        kept.push({ number: line.Number, id: line.Id, hops: line.Hops, json: JSON.stringify(line.Event) });
      }
    }
    return { kept, progress };
  }

  /** @throws what the disk refuses */
  add({ number, id, hops, json }: KeptEvent): void {
    if (this.#fd === undefined || this.#bytes > FILE_BYTES) this.#begin(number);
    try {
      this.#bytes += writeSync(this.#fd as number, `{"Number":${number},"Id":${JSON.stringify(id)},"Hops":${hops},"Event":${json}}\n`);
    } catch (error) {
      // A part of the line may be there: the next goes elsewhere.
      this.#leave();
      throw error;
    }
    this.#isSynced = false;
  }

  /** Notes how far the sending is, and removes what is behind it. @throws what the disk refuses */
  note(progress: Progress): void {
    // Unsynced: an older note, or none, means that more is looked for in the stream.
    const [path, temporary] = [join(this.#folder, 'progress.json'), join(this.#folder, '.progress.json')];
    writeFileSync(temporary, JSON.stringify(progress), { mode: 0o600 });
    renameSync(temporary, path);
    while ((this.#files[1]?.first ?? Number.POSITIVE_INFINITY) <= progress.next) rmSync(this.#files.shift()?.path as string, { force: true });
  }

  /** Has what was added survive a loss of power. */
  sync(): void {
    if (this.#isSynced || this.#fd === undefined) return;
    this.#isSynced = true;
    fdatasync(this.#fd, () => {});
  }

  /** Ends the adding, with all that was added synced. */
  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd === undefined) return;
    try {
      fdatasyncSync(fd);
    } catch {
      // A disk that refuses this has the lines all the same, unless the power fails.
    }
    closeSync(fd);
  }

  #begin(first: number): void {
    this.#leave();
    const path = join(this.#folder, `${String(first).padStart(DIGITS, '0')}.ndjson`);
    this.#fd = openSync(path, 'a', 0o600);
    // A file of that name has nothing but what was torn, which is not to be continued.
    this.#bytes = writeSync(this.#fd, '\n');
    if (this.#files.at(-1)?.path !== path) this.#files.push({ first, path });
  }

  /** Is done with a file, which nobody waits for. */
  #leave(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) fdatasync(fd, () => close(fd, () => {}));
  }
}
