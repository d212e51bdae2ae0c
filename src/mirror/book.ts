/** A file of a release that a mirror is to have. */
export interface MirrorFile {
  /** http or https. */
  readonly url: string;
  /** 64 lower-case hex digits, where the source states them. */
  readonly sha256?: string | undefined;
  /** The object that it becomes; behind a file that is packed, without the ending, which its contents decide. */
  readonly key: string;
  /** An archive, whatever is in it; a program, packed or not; a signature, which is small. */
  readonly holds: 'archive' | 'program' | 'signature';
  /** Whether the ending of the key is decided by how the file is packed. */
  readonly endsAsPacked?: boolean;
}

/** A release as its source lists it. */
export interface MirrorRelease {
  readonly name: string;
  readonly type?: string | undefined;
  readonly version: string;
  readonly files: readonly MirrorFile[];
  /** Why it cannot be mirrored at all; undefined where it can. */
  readonly unfit?: string | undefined;
  /** As the source's index has it, for the book alone. */
  readonly entry: unknown;
}

/** What a file became. */
export interface StoredObject {
  readonly url: string;
  readonly key: string;
  readonly sha256: string;
  /** Undefined where an older record does not say. */
  readonly bytes: number | undefined;
  /** What its server called this state of it. */
  readonly etag?: string | undefined;
}

/** What a book has of a release. */
export interface KnownRelease {
  readonly objects: readonly StoredObject[];
  /** The fields of which the source says something else by now, which is never taken over. */
  readonly differences: readonly string[];
  /** What the source says by now that is taken over. */
  readonly changes: readonly ('promoted' | 'yanked' | 'not yanked')[];
}

/** A change of a book: a release that is added, or the marks of one that are taken over. */
export type BookChange = { readonly release: MirrorRelease } & (
  | { readonly does: 'add'; readonly objects: readonly StoredObject[] }
  | { readonly does: 'mark' }
);

/** The record of what a mirror has: the registry of add-ons, or the index of a repository's plugins. */
export interface Book {
  /** Undefined for a release that it does not have. */
  known(release: MirrorRelease): KnownRelease | undefined;
  /** Its text with some changes; those that are made already change nothing. */
  withChanges(changes: readonly BookChange[]): Promise<string>;
}

/** A kind of book, and where it is. */
export interface BookKind {
  readonly key: string;
  /**
   * @param text undefined where there is none yet
   * @param origin where it is from, for messages
   * @throws UserError for a text that is none
   */
  open(text: string | undefined, origin: string): Promise<Book>;
}

/** How a release is called in messages. */
export const labelOf = ({ type, name, version }: Pick<MirrorRelease, 'type' | 'name' | 'version'>): string =>
  `${type === undefined ? '' : `${type} `}${name} ${version}`;
