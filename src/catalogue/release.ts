/** What a release is once it is fetched: a directory with a manifest, one program, a Helm plugin, a kURL add-on. */
export type ReleaseKind = (typeof RELEASE_KINDS)[number];
export const RELEASE_KINDS = ['plugin', 'binary', 'helm', 'addon'] as const;

/** How the versions of one name are ordered; `opaque` is for those that can only be listed. */
export type SchemeName = 'semver' | 'calver' | 'opaque';

/** Whose version a release states a range of. */
export type HostName = 'tool' | 'kurl';

/** The word for every operating system, or every architecture. */
export const ANY = 'any';

/** An operating system and an architecture in Go's words: `linux`, `amd64`. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

/** Another program that a release needs beside it. */
export interface ReleaseDependency {
  readonly name: string;
  readonly url: string;
  /** 64 lower-case hex digits. */
  readonly sha256?: string | undefined;
}

/** A file to take from an unpacked archive, as krew has it: `from` may be a pattern. */
export interface FileMove {
  readonly from: string;
  readonly to: string;
}

/** What is fetched for one platform; `os` and `arch` may be `ANY`. */
export interface ReleasePlatform extends Platform {
  /** http or https, without credentials. */
  readonly url: string;
  /** 64 lower-case hex digits, of what the address gives: of the archive, where it is one. */
  readonly sha256?: string | undefined;
  /** In bytes. */
  readonly size?: number | undefined;
  /** The address of a detached signature. */
  readonly signature?: string | undefined;
  /** The program within what was unpacked. */
  readonly bin?: string | undefined;
  /** What of an archive is kept; all of it where nothing is said. */
  readonly files?: readonly FileMove[] | undefined;
  readonly dependencies?: readonly ReleaseDependency[] | undefined;
}

/** A range of versions of the host; where none is stated the host offers the release to nobody (kURL). */
export interface HostRange {
  readonly host: HostName;
  readonly range?: string | undefined;
}

/** The JSON schema of a plugin's configuration, in place or by address. */
export interface ConfigSchema {
  readonly value?: string | undefined;
  readonly url?: string | undefined;
}

/** One version of one name, whatever index says so. Plain data: it can be kept as JSON. */
export interface Release {
  readonly name: string;
  /** `executor` or `source` where the index tells; a name with two types is two plugins. */
  readonly type?: string | undefined;
  /** As the index has it, `1.10` included. */
  readonly version: string;
  /** The scheme of all versions of this name and type. */
  readonly scheme: SchemeName;
  readonly kind: ReleaseKind;
  readonly platforms: readonly ReleasePlatform[];
  readonly requires?: HostRange | undefined;
  readonly prerelease: boolean;
  /** Why it was taken back. */
  readonly yanked?: string | undefined;
  /** Why it should not be used any more, and what to use instead. */
  readonly deprecated?: string | undefined;
  /** Why this home does not take it yet: that it is too new. In no index. */
  readonly withheld?: string | undefined;
  /** In one line. */
  readonly description: string;
  /** In full, where the index has both. */
  readonly details?: string | undefined;
  /** What to tell whoever has installed it. */
  readonly caveats?: string | undefined;
  readonly documentationUrl?: string | undefined;
  readonly licence?: string | undefined;
  readonly recommended?: boolean | undefined;
  readonly configSchema?: ConfigSchema | undefined;
  /** The schema of what its webhook takes (Botkube). */
  readonly requestSchema?: ConfigSchema | undefined;
  /** The commit that its manifest is of, in an index that is a git repository. */
  readonly commit?: string | undefined;
}

/** What is wrong with one entry of an index. */
export interface Problem {
  /** `entries[3]`, `plugins/ctx.yaml`. */
  readonly where: string;
  readonly name?: string | undefined;
  /** Where the entry, or the part of it, begins. */
  readonly line?: number | undefined;
  readonly text: string;
  readonly remedy?: string | undefined;
  /** The kind of fault, for those that are told apart: `platform`. */
  readonly rule?: string | undefined;
  /** Whether the entry is left out for it; else it is a remark. */
  readonly disables: boolean;
}

export type FormatName = 'botkube' | 'krew' | 'versions.json';

/** What an index says of its own age; a later index says more. */
export interface StatedAge {
  /** A number that goes up with each publication. */
  readonly serial?: number | undefined;
  /** When it was made: ISO 8601. */
  readonly generated?: string | undefined;
}

/** What an index says. */
export interface Catalogue {
  readonly format: FormatName;
  /** Nothing where it says nothing. */
  readonly age?: StatedAge;
  /** As listed. */
  readonly releases: readonly Release[];
  readonly problems: readonly Problem[];
}
