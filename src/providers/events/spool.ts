import {
  chmodSync,
  closeSync,
  constants,
  type FSWatcher,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errnoOf } from '../../errors.ts';
import { LEFT_OUT, READER } from '../../home/event-spool.ts';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { identify } from '../../system/processes.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { readSpooled, type Spooled } from './spooled.ts';

const LOOKED_AT_EVERY_MS = 500;
/** As long as an event may be that is sent to the API. */
const MOST_BYTES = 8 << 20;
/** How many are taken before whoever is told of them gets a turn: their queues are bounded. */
const TAKEN_AT_ONCE = 50;
/** How long a writer may take for one. */
const WRITTEN_WITHIN_MS = 10_000;

/** What becomes of what is in the spool. */
export interface SpoolReader {
  readonly onEvent: (spooled: Spooled) => void;
  /** Told of events that are lost: how many, and why. */
  readonly onLost: (count: number, why: string) => void;
}

/**
 * Takes events from the spool of a home, in the order in which they were put there: the kernel tells of each in turn. What it does not tell of is found by looking, and taken by its
 * age. What is no event is removed, and told of.
 */
export class Spool {
  readonly #folder: string;
  readonly #reader: SpoolReader;
  /** Names of files to be taken, in order. */
  readonly #waiting = new Set<string>();
  /** Those that were there when it was last looked. */
  #seen = new Set<string>();
  /** Files that were not whole, and since when. */
  readonly #unfinished = new Map<string, number>();
  /** Files that are done with and could not be removed. */
  readonly #stuck = new Set<string>();
  #leftOut = 0;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #taking: Promise<void> | undefined;

  constructor(folder: string, reader: SpoolReader) {
    this.#folder = folder;
    this.#reader = reader;
  }

  /** Takes what an earlier reader left, and says that this process reads from now on. @throws UserError where the directory cannot be used */
  async open(): Promise<void> {
    explainDiskErrors('make the spool of events', this.#folder, () => {
      // A link may lead to what is not ours.
      if (lstatSync(this.#folder, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(this.#folder);
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      chmodSync(this.#folder, 0o700);
      rmSync(join(this.#folder, LEFT_OUT), { force: true });
    });
    this.#watch();
    explainDiskErrors('make the spool of events', this.#folder, () =>
      writeFileSync(join(this.#folder, READER), `${process.pid} ${identify(process.pid)?.start}\n`, { mode: 0o600 }),
    );
    this.#timer = setInterval(() => this.#look(), LOOKED_AT_EVERY_MS);
    await this.drain();
  }

  /** Takes all that is there by now. Done when it has been passed on. */
  async drain(): Promise<void> {
    for (const name of this.#names()) this.#waiting.add(name);
    await this.#take();
  }

  /** Says that nobody reads any more, and takes the rest. */
  async close(): Promise<void> {
    removeTree(join(this.#folder, READER));
    clearInterval(this.#timer);
    this.#watcher?.close();
    await this.drain();
  }

  #watch(): void {
    try {
      this.#watcher = watch(this.#folder, (_, name) => {
        if (name === LEFT_OUT) this.#countLeftOut();
        if (name === null || name.startsWith('.')) return;
        this.#waiting.add(name);
        void this.#take();
      });
      this.#watcher.on('error', () => this.#unwatch());
    } catch {
      // There are as many of these as the system allows: then it is looked.
      this.#unwatch();
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** Finds what was not told of. With a watcher, what has just come is left to it, as it knows the order. */
  #look(): void {
    const names = this.#names();
    for (const name of names) if (this.#watcher === undefined || this.#seen.has(name)) this.#waiting.add(name);
    this.#seen = new Set(names);
    for (const gone of [...this.#unfinished.keys(), ...this.#stuck].filter((name) => !this.#seen.has(name))) {
      this.#unfinished.delete(gone);
      this.#stuck.delete(gone);
    }
    this.#countLeftOut();
    void this.#take();
  }

  /** What is there, oldest first. */
  #names(): string[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => !name.startsWith('.'))
        .map((name) => ({ name, time: lstatSync(join(this.#folder, name), { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n }))
        .sort((a, b) => Number(a.time - b.time) || (a.name < b.name ? -1 : 1))
        .map(({ name }) => name);
    } catch {
      // Somebody took it away: those who write see no reader either.
      return [];
    }
  }

  #take(): Promise<void> {
    this.#taking ??= this.#takeAll();
    return this.#taking;
  }

  async #takeAll(): Promise<void> {
    // Not before whoever calls this knows of it.
    await undefined;
    let taken = 0;
    for (const name of this.#waiting) {
      this.#waiting.delete(name);
      if (!this.#stuck.has(name)) this.#takeOne(name);
      if (++taken % TAKEN_AT_ONCE === 0) await nextTurn();
    }
    this.#taking = undefined;
  }

  #takeOne(name: string): void {
    const found = this.#read(name);
    if (found === undefined) return;
    if (found === 'unfinished') {
      const since = this.#unfinished.get(name) ?? Date.now();
      this.#unfinished.set(name, since);
      if (Date.now() - since > WRITTEN_WITHIN_MS) this.#drop(name, 'was not written to its end');
    } else if (typeof found === 'string') {
      this.#drop(name, found);
    } else {
      this.#reader.onEvent(found);
      this.#remove(name);
    }
  }

  /** @returns an event, why there is none, or undefined for what is gone */
  #read(name: string): Spooled | string | undefined {
    let file: number | undefined;
    try {
      file = this.#open(join(this.#folder, name));
      const stat = fstatSync(file);
      if (!stat.isFile()) return 'is no file';
      if (stat.size > MOST_BYTES) return `is longer than ${MOST_BYTES} bytes`;
      const found = readSpooled(readFileSync(file), stat.mtime.toISOString());
      return found === 'damaged' ? 'is no event' : found;
    } catch (error) {
      const code = errnoOf(error);
      return code === 'ENOENT' ? undefined : `cannot be read (${code ?? (error as Error).message})`;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  #open(path: string): number {
    const how = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    try {
      return openSync(path, how);
    } catch (error) {
      if (errnoOf(error) !== 'EACCES') throw error;
      // Its writer had an odd umask.
      chmodSync(path, 0o600);
      return openSync(path, how);
    }
  }

  #drop(name: string, why: string): void {
    this.#remove(name);
    this.#reader.onLost(1, `the file ${harmlessLine(name)} in the spool ${why}`);
  }

  #remove(name: string): void {
    this.#unfinished.delete(name);
    if (!removeTree(join(this.#folder, name))) this.#stuck.add(name);
  }

  #countLeftOut(): void {
    const size = statSync(join(this.#folder, LEFT_OUT), { throwIfNoEntry: false })?.size ?? 0;
    if (size > this.#leftOut) this.#reader.onLost(size - this.#leftOut, 'the spool was full');
    this.#leftOut = size;
  }
}
