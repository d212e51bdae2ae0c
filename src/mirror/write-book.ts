import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Book, BookChange, BookKind } from './book.ts';
import type { ObjectStore } from './stores/store.ts';

/** A record may be as long as an index. */
const BOOK_BYTES = 64 << 20;
const MOST_TRIES = 50;
const LONGEST_WAIT_MS = 2000;

/** A record as it was read. */
export interface OpenedBook {
  readonly book: Book;
  readonly tag: string | undefined;
}

/** Reads a record. @throws UserError where it is not known whether there is one, or it cannot be read: it is never taken for an empty one then */
export async function openBook(store: ObjectStore, kind: BookKind): Promise<OpenedBook> {
  const there = await store.read(kind.key, BOOK_BYTES);
  return { book: await kind.open(there?.bytes.toString(), `${store.name}/${kind.key}`), tag: there?.tag };
}

/**
 * Changes a record: what others wrote meanwhile stays, as it is read again then.
 * @throws UserError store-busy where others are faster again and again
 */
export async function writeBook(store: ObjectStore, kind: BookKind, changes: readonly BookChange[]): Promise<void> {
  if (changes.length === 0) return;
  for (let count = 1; count <= MOST_TRIES; count++) {
    const { book, tag } = await openBook(store, kind);
    if (await store.replace(kind.key, await book.withChanges(changes), tag)) return;
    await sleep(Math.min(LONGEST_WAIT_MS, 20 * count) * Math.random());
  }
  throw new UserError('store-busy', `${kind.key} in ${store.name} was changed by others ${MOST_TRIES} times in a row`, { hint: 'run it again' });
}
