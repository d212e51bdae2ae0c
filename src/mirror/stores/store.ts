/** A file that is to become an object. */
export interface StoredFile {
  readonly file: string;
  /** In hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What came of making an object: it was made, it was there with the same bytes, or it was there with others, which stay. */
export type Created = 'created' | 'same' | 'different';

/** A small object, and what tells this state of it from others. */
export interface ReadObject {
  readonly bytes: Buffer;
  readonly tag: string;
}

/** Where a mirror keeps its objects. Keys have been looked at (`checkObjectKey`). */
export interface ObjectStore {
  /** For people: a path, or `s3://bucket/prefix`. */
  readonly name: string;
  /** The most that an object may have; undefined where there is no such limit. */
  readonly mostBytes: number | undefined;
  /** The address that objects are read at, without a slash at its end; undefined for a directory. */
  readonly address: string | undefined;
  /** A folder of this process's own for files on the way, on the same file system where that helps; gone once the store is closed. */
  scratch(): Promise<string>;
  /**
   * Makes an object, whole or not at all. One that is there is never changed. It lasts, also after a loss of power, once an object is replaced that names it.
   * @throws UserError where the store cannot be written
   */
  create(key: string, file: StoredFile): Promise<Created>;
  /** @returns undefined where there is no such object, which is known for sure. @throws UserError where it is not known */
  read(key: string, maxBytes: number): Promise<ReadObject | undefined>;
  /** sha256 of an object in hex; undefined where there is none. @throws UserError where it cannot be read */
  hashOf(key: string): Promise<string | undefined>;
  /**
   * Replaces a small object, if it is still what was read.
   * @param tag of what it replaces; undefined where nothing was there
   * @returns false where it is something else by now: nothing is changed then
   */
  replace(key: string, text: string, tag: string | undefined): Promise<boolean>;
  /** Removes what is on the way, and gives back what is held. */
  close(): Promise<void>;
}

/** What a store tells of what goes on. */
export interface StoreListener {
  readonly warn: (line: string) => void;
  readonly onRetry?: (reason: string, seconds: number) => void;
}
