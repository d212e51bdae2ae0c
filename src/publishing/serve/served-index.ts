import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../catalogue/release.ts';
import { entriesBelow } from '../../plugins/plugin-files.ts';

/** What of an index is served. */
export interface IndexText {
  readonly text: string;
  readonly problems: readonly Problem[];
  /** The catalogue of it for people, a static site: texts by path. */
  pages(): Promise<ReadonlyMap<string, string>>;
}

/** Builds the index of a directory. @param address the one that the server was asked by: `http://127.0.0.1:8080` */
export type IndexBuilder = (address: string) => Promise<IndexText>;

/** Indexes that are kept; one is had by two or three addresses. */
const MOST_KEPT = 8;

/** The index as the directory is when it is asked for: it is built anew once a file has changed, and whoever asks meanwhile waits for the same. */
export class ServedIndex {
  readonly #directory: string;
  readonly #build: IndexBuilder;
  /** By address and state of the directory. */
  readonly #built = new Map<string, Promise<IndexText>>();

  constructor(directory: string, build: IndexBuilder) {
    this.#directory = directory;
    this.#build = build;
  }

  /** @throws what the builder throws */
  for(address: string): Promise<IndexText> {
    const key = `${address}\n${this.#state()}`;
    const known = this.#built.get(key);
    if (known) return known;
    // Of what is kept most is of earlier states.
    if (this.#built.size >= MOST_KEPT) this.#built.clear();
    const index = this.#build(address);
    this.#built.set(key, index);
    index.catch(() => this.#built.delete(key));
    return index;
  }

  /** What tells one state of the directory from another: names, sizes and times of all that is in it. */
  #state(): string {
    return entriesBelow(this.#directory)
      .map(({ path }) => {
        const { size = 0, mtimeMs = 0, ctimeMs = 0, ino = 0 } = lstatSync(join(this.#directory, path), { throwIfNoEntry: false }) ?? {};
        return `${path}\0${size} ${mtimeMs} ${ctimeMs} ${ino}`;
      })
      .sort()
      .join('\n');
  }
}
