import { addon } from './addon/kind.ts';
import { archive } from './archive/kind.ts';
import { catalogue } from './catalogue/kind.ts';
import { directory } from './directory/kind.ts';
import { git } from './git/kind.ts';
import { imported } from './imported/kind.ts';
import type { SomeSource, SourceKind } from './kind.ts';
import { link } from './link/kind.ts';
import { oci } from './oci/kind.ts';
import type { UnknownSource } from './unknown.ts';

/** Kinds of sources by their names. */
export type Kinds = Readonly<Record<string, SourceKind<SomeSource>>>;

/** All that plugins can be installed from. The first that knows a request takes it: directories, which any text may name, come behind what has a form. */
export const KINDS = { addon, git, archive, oci, catalogue, directory, link, import: imported } satisfies Kinds;

type SourceOf<K> = K extends SourceKind<infer S> ? S : never;

/** Where a plugin can be had from again. */
export type KnownSource = SourceOf<(typeof KINDS)[keyof typeof KINDS]>;

/** Where a plugin's tree came from, as its receipt keeps it. */
export type Source = KnownSource | UnknownSource;
