import type { FormatName } from '../catalogue/release.ts';
import { errnoOf, isUserError } from '../errors.ts';
import type { Validators } from '../http/download.ts';
import { writeDurably } from '../system/durable.ts';
import { isCount, isListOf, isObject, isOneOf, isOptional, isText, readOwnJson, type Shape } from '../system/own-json.ts';
import { SETTINGS_BYTES } from '../system/small-file.ts';
import type { CachePaths } from './cache-paths.ts';
import { FORMATS, type RepositorySettings } from './settings.ts';

/** Goes up with every change to what a copy holds: one of another number is made anew. */
export const CACHE_FORMAT = 1;

/** What is known of the copy of an index. */
export interface Meta {
  readonly format: number;
  /** The address it is of, as tool.toml has it. */
  readonly url: string;
  readonly catalogue: FormatName;
  /** The folder with what was read from it. */
  readonly snapshot: string;
  /** What tells this state of the index from others: sha256 of a file, a commit of a git repository, what a directory lists. */
  readonly state: string;
  readonly validators: Validators;
  /** The endings of the signatures that were looked for beside it; those that were there are beside the index in the snapshot. */
  readonly signatures?: readonly string[] | undefined;
  /** Behind all redirects. */
  readonly finalUrl: string;
  /** What tells whether the next one is older (decision 031). */
  readonly age?: KeptAge | undefined;
  /** When this state came. */
  readonly fetchedAt: string;
  /** When it was last known to be what the server has. */
  readonly askedAt: string;
  /** That its server could not be reached since, and why. */
  readonly failed?: Failed | undefined;
  /** Names and types, releases, and entries that something is wrong with. */
  readonly names: number;
  readonly releases: number;
  readonly problems: number;
}

/** What is kept of how old an index is. */
export interface KeptAge {
  /** sha256 of the bytes of a file on this machine, whose state is another. */
  readonly content?: string | undefined;
  readonly serial?: number | undefined;
  readonly generated?: string | undefined;
  /** The trusted key that signed it, or the last one before it that was signed. */
  readonly signer?: string | undefined;
  readonly signedAt?: string | undefined;
  /** When its commit was made. */
  readonly committedAt?: string | undefined;
  /** The states that it and those before it have replaced, the oldest first. */
  readonly past: readonly string[];
}

/** A try to reach a server that was in vain. */
export interface Failed {
  readonly at: string;
  /** For people, without secrets. */
  readonly why: string;
}

const isTime = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value));
/** It is sent back in a header. */
const isValidator = (value: unknown): value is string => isText(value) && /^[\x20-\x7e\x80-\xff]{1,8000}$/.test(value);
const isSnapshot = (value: unknown): value is string => isText(value) && /^index-[a-z0-9-]+$/.test(value);

const isTimeOrNothing = isOptional(isTime) as Shape<string>;
const isAge = isObject<KeptAge>({
  content: isOptional(isText),
  serial: isOptional(isCount),
  generated: isTimeOrNothing,
  signer: isOptional(isText),
  signedAt: isTimeOrNothing,
  committedAt: isTimeOrNothing,
  past: isListOf(isText),
});

const isMeta: Shape<Meta> = isObject<Meta>({
  format: isCount,
  url: isText,
  catalogue: isOneOf(...FORMATS),
  snapshot: isSnapshot,
  state: isText,
  validators: isObject<Validators>({ etag: isOptional(isValidator) as Shape<string>, lastModified: isOptional(isValidator) as Shape<string> }),
  signatures: isOptional(isListOf(isText)),
  finalUrl: isText,
  age: isOptional(isAge) as Shape<KeptAge>,
  fetchedAt: isTime,
  askedAt: isTime,
  failed: isOptional(isObject<Failed>({ at: isTime, why: isText })) as Shape<Failed>,
  names: isCount,
  releases: isCount,
  problems: isCount,
});

/**
 * What is known of the copy of a repository's index, of whatever format it is.
 * @returns undefined for none that is whole and of this address
 */
export function readMeta({ meta: file }: CachePaths, { url, type }: Pick<RepositorySettings, 'url' | 'type'>): Meta | undefined {
  try {
    const meta = readOwnJson('The copy of an index', file, SETTINGS_BYTES, isMeta, '');
    return meta.url === url && (type === undefined || type === meta.catalogue) ? meta : undefined;
  } catch (error) {
    if (isUserError(error) || errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** What a server told, without what could not be sent back. */
export const keepable = ({ etag, lastModified }: Validators): Validators => ({
  ...(isValidator(etag) ? { etag } : {}),
  ...(isValidator(lastModified) ? { lastModified } : {}),
});

/** The switch to another copy, or to a newer time for the same. */
export const writeMeta = ({ meta: file }: CachePaths, meta: Meta): void => writeDurably(file, `${JSON.stringify(meta, null, 2)}\n`);
