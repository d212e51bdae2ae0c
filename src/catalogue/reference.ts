/** What names a release: `deploy`, `acme/deploy`, `acme/deploy@^1.2`. */
export interface Reference {
  readonly repository?: string;
  readonly name: string;
  /** What stands behind the `@`; empty for the latest. */
  readonly wish: string;
}

/** A name in an index, and of a repository: also a directory's and a file's, so it is held to this before it touches a path. */
export const isReleaseName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(name) && !name.includes('..');

/** @throws UserError BAD_USAGE */
export function parseReference(_text: string): Reference {
  throw new Error('being written');
}

/** Whether a text is meant as a reference, and is no path and no address. */
export function isReference(_text: string): boolean {
  throw new Error('being written');
}
