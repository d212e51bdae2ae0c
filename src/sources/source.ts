import { harmlessLine } from '../system/harmless.ts';
import { isRelease } from './catalogue/source.ts';
import type { Published, SomeSource, SourceKind, StandingKind } from './kind.ts';
import { KINDS, type Kinds, type KnownSource, type Source } from './kinds.ts';
import type { SourceRequest } from './request.ts';
import { unknown } from './unknown.ts';

/** The kind of a source that its plugin can be had from again; undefined where nobody knows that. */
export const knownKind = (source: SomeSource, kinds: Kinds = KINDS): SourceKind<SomeSource> | undefined =>
  Object.hasOwn(kinds, source.kind) ? kinds[source.kind] : undefined;

export const kindOf = (source: SomeSource, kinds: Kinds = KINDS): StandingKind<SomeSource> => knownKind(source, kinds) ?? unknown;

/** Whether a receipt may name this kind. */
export const isKnownKind = (name: string): boolean => kindOf({ kind: name }).name === name;

export const isKnown = (source: Source): source is KnownSource => knownKind(source) !== undefined;

/** Reads what a receipt keeps of a source; undefined for what has another shape. */
export const readSource = (kept: SomeSource): Source | undefined => kindOf(kept).read(kept) as Source | undefined;

/** A source as receipts keep it, and as programs are told of it. */
export const writtenSource = (source: Source): SomeSource => kindOf(source).write(source);

/** A source in one line for people. */
export const sourceText = (source: SomeSource, kinds: Kinds = KINDS): string => harmlessLine(kindOf(source, kinds).text(source));

/** What updates of a plugin follow, in the words of every command. */
export const followed = (source: Source): string => kindOf(source).follows(source);

/** Whether a plugin stands at a tag or a commit, where a plain update leaves it. */
export const isExact = (source: Source): boolean => knownKind(source)?.isExact(source) === true;

/** How the owner of a plugin that stands at a tag or a commit has it follow something. @param update the command, `tool plugin:update` */
export function howToFollow(source: Source, update: string, name: string): string {
  const word = knownKind(source)?.movingWord ?? 'branch';
  return `\`${update} ${name} ${word.toUpperCase()}\` follows a ${word}`;
}

/** Whether a copy is installed, and no link to what is its owner's. */
export const isCopy = (source: Source): boolean => kindOf(source).isCopy;

/** The repository whose index lists what came from a source; undefined for what was had in another way. */
export const repositoryOf = (source: Source): string | undefined => (isRelease(source) ? source.repository : undefined);

/** The address or path that a plugin can be had from again. */
export const placeOf = (source: Source): string | undefined => knownKind(source)?.place(source);

/** Where anybody can have the same from; undefined for what is on this machine alone, and where nobody knows. */
export const publishedAt = (source: Source): Published | undefined => knownKind(source)?.published(source);

/** Whether two sources name the same place to get a plugin from. */
export const samePlace = (a: Source, b: Source): boolean => a.kind === b.kind && placeOf(a) !== undefined && placeOf(a) === placeOf(b);

/** Whether a lock that has a source tells exactly what to bring to this machine: a link is its owner's, and a release may have no checksum for it. */
export const isExactHere = (source: Source): boolean => isCopy(source) && knownKind(source)?.isExactHere?.(source) !== false;

/** Whether a source is what a lock has, for the platform of this machine and not that of the lock, so that its tree is another one. */
export const isSameElsewhere = (locked: Source, source: Source): boolean =>
  locked.kind === source.kind && knownKind(locked)?.isSameElsewhere?.(locked, source) === true;

/** Whether something that came from a source is what a request asks for, as far as its words go. */
export const meets = (source: SomeSource, request: SourceRequest, kinds: Kinds = KINDS): boolean => knownKind(source, kinds)?.meets(source, request) === true;
