import type { FormatName } from '../catalogue/release.ts';

/** A repository as `[repositories.NAME]` of tool.toml has it. */
export interface RepositorySettings {
  readonly name: string;
  /** The address of an index file or of a git repository, or a path, as written there. */
  readonly url: string;
  /** The format that its index must have, where that is said. */
  readonly type?: FormatName;
  /** Headers for the origin of `url`, with `${NAME}` for what stands in the environment. */
  readonly headers: Readonly<Record<string, string>>;
  /** How old a copy may be before the server is asked again. */
  readonly ttlMs: number;
}
