import type { PassedOver } from '../catalogue/choose.ts';
import type { UserError } from '../errors.ts';
import type { ListedProgram } from '../plugins/botkube/adapt-executor.ts';
import type { Signature } from '../provenance/signature.ts';
import type { Trust } from '../provenance/trust.ts';
import type { Catalogues } from '../repositories/catalogues.ts';
import type { Getters } from '../runtimes/getters.ts';
import type { ArchiveLimits } from './archive/policy.ts';
import type { SourceRequest, UpdateWords } from './request.ts';

/** A source, as far as all kinds are alike. */
export interface SomeSource {
  readonly kind: string;
}

/** What is asked of a source that something installed came from, whatever it is. */
export interface StandingKind<S extends SomeSource> {
  readonly name: S['kind'];
  /** Whether a copy is installed. What is no copy is its owner's: it has no hash, is not checked, and no lock can hold it exactly. */
  readonly isCopy: boolean;
  /** What a receipt keeps of it; undefined for what has another shape. */
  read(kept: object): S | undefined;
  /** As a receipt keeps it, and as programs are told of it. */
  write(source: S): SomeSource;
  /** In one line for people. */
  text(source: S): string;
  /** What updates follow, in the words of every command: a branch or a range, a tag or a commit that it is held at, or what it comes from. */
  follows(source: S): string;
  /** What to stage for an update from the same place, or why there is nothing to do. @param address its place with secrets */
  update(source: S, words: UpdateWords, address: string): Update;
  /** @throws UserError when it cannot be asked */
  compare(source: S, world: CompareWorld): Promise<Comparison>;
}

/** All that is asked of a kind of source that plugins can be installed from. What takes long to load stands behind import(). */
export interface SourceKind<S extends SomeSource> extends StandingKind<S> {
  /** Whether a server is asked: its address is held to the rules of one that is typed, whoever wrote it. */
  readonly isAsked: boolean;
  /** Whether a range of versions can be asked for. */
  readonly hasVersions: boolean;
  /** Whether its author packed it, perhaps with a folder too many. */
  readonly isPacked: boolean;
  /** Whether it is had by the name that a repository's index has it under: a platform and a type are asked of those alone. */
  readonly isNamed: boolean;
  /** Whether a plugin is made of what is there, which is none: asked for by plugin:import alone. */
  readonly isImport?: boolean;
  /**
   * What to stage, in full, where a request is of this kind; undefined where it is not.
   * @throws UserError for one that is, and cannot be meant
   */
  parse(request: SourceRequest, form: SourceForm): string | undefined;
  /** A request with everything in its own field that its text says beside a place. @param address what `parse` gave */
  spelled?(request: SourceRequest, address: string): SourceRequest;
  /** What a plugin is called whose name nobody gives; undefined where only its files say so. @param address what `parse` gave */
  nameOf(address: string): string | undefined;
  /** What a request will have come from, as far as its words tell. @param address what `parse` gave */
  expected(request: SourceRequest, address: string): S;
  /** Makes the tree. @throws UserError when it cannot be had */
  stage(request: SourceRequest, address: string, world: StageWorld): Promise<Brought<S>>;
  /** Whether staging would certainly bring what stands; the request asks for that in the same words. */
  isUnchanged(source: S, request: SourceRequest, world: AskWorld): Promise<boolean>;

  /** The address or path that plugins are had from, without secrets. */
  place(source: S): string;
  /** Where the author of a plugin changes it; undefined where that is gone. */
  authorPlace(source: S): string | undefined;
  /** Where anybody can have the same from, for a bill of materials; undefined for what is on this machine alone. */
  published(source: S): Published | undefined;
  /** Whether a plain update leaves it where it is. */
  isExact(source: S): boolean;
  /** What one that is exact could follow instead, in a word; undefined for a kind that is never exact. */
  readonly movingWord?: 'branch' | 'tag' | 'range';
  /** What it was brought to, in words: `pinned to v1.0.0`; undefined where there is nothing to choose. */
  standsAt(source: S): string | undefined;
  /** Whether two sources of one place were asked for in the same words. */
  sameWords(a: S, b: S): boolean;
  /** Whether two sources of one place that brought the same tree are one: else it is a new generation. */
  isSame(a: S, b: S): boolean;

  /** The key of tool.lock that holds its place; no other kind has it. */
  readonly lockKey: string;
  /** Its lines in tool.lock, that with its place first. */
  toLock(source: S): Readonly<Record<string, LockValue | undefined>>;
  /** @throws what `entry.wrong` gives */
  fromLock(place: string, entry: LockEntry): S;
  /** Whether a lock that has this source tells exactly what to bring to this machine; it does where this is left out. */
  isExactHere?(source: S): boolean;
  /** Whether a source is what a lock has, for the platform of this machine and not that of the lock: then its tree is another one. */
  isSameElsewhere?(locked: S, source: S): boolean;
  /** What to stage for exactly this source. @param address its place with secrets */
  again(source: S, address: string): SourceRequest;

  /** The keys under [plugins] that it has, that with its place first. */
  readonly declaredKeys: readonly [place: string, ...others: string[]];
  /** Whether its place may be a path, which is then relative to the home. */
  readonly mayBePath: boolean;
  /** The values of those keys. @param asked what was asked for */
  toDeclaration(source: S, asked: AskedWords): Readonly<Record<string, string | true | undefined>>;
  /** The one text that says the same under another key than the plugin's name; undefined where it takes a table. */
  shortDeclaration?(source: S, asked: AskedWords, name: string): { readonly key: string; readonly value: string } | undefined;
  /** The plugin's name, and the table, that such a text stands for; undefined for a key of another kind. @throws UserError */
  longDeclaration?(key: string, value: string): { readonly name: string; readonly table: Readonly<Record<string, string>> } | undefined;
  /** What of a request only this kind says, from the words under [plugins] and the plugin's name. */
  fromDeclaration?(name: string, words: Pick<SourceRequest, 'version' | 'checksum'>): Partial<SourceRequest>;
  /** Whether something that came from it is what a request asks for, as far as its words go. */
  meets(source: S, request: SourceRequest): boolean;
}

/** Exactly what a source gave, where it is published: no secret is in its address. */
export type Published =
  | { readonly form: 'archive'; readonly url: string; readonly sha256?: string }
  | { readonly form: 'repository'; readonly url: string; readonly commit: string }
  | { readonly form: 'image'; readonly url: string; readonly digest: string; readonly tag?: string };

/** The form of a text, told once for all kinds. */
export interface SourceForm {
  /** What git reads as `[user@]host:path`. */
  readonly isScp: boolean;
  /** Of git or of an archive. */
  readonly isUrl: boolean;
  /** Whether it is the address of an image in a registry. */
  readonly isImage: boolean;
  /** Whether its name ends as an archive's does, and it is no directory. */
  readonly isArchive: boolean;
}

/** How a source is told of while it is brought. */
export interface StageListener {
  readonly onProgress?: (received: number, total: number | undefined) => void;
  readonly onRetry?: (reason: string, seconds: number) => void;
  /** The source is there, or cannot be had. */
  readonly onEnd?: () => void;
  /** What is to be said of a source that is there. */
  readonly onNote?: (note: string) => void;
  /** What was chosen among several, and why. */
  readonly onChosen?: (line: string) => void;
  /** What is newer than what was chosen, and why it was not; nothing where there is nothing newer. */
  readonly onPassedOver?: (passedOver: readonly PassedOver[]) => void;
}

/** Where a source can be asked what it has. */
export interface AskWorld {
  /** A directory for files. */
  readonly scratch: string;
  /** The repositories of the home, opened when they are first asked for; undefined where nothing is had by name. */
  readonly catalogues?: (() => Promise<Catalogues>) | undefined;
  /** The registries that are spoken to in http, read when they are first asked for. */
  readonly plainHttp?: (() => readonly string[]) | undefined;
  readonly listener?: StageListener;
  /** The plugins that fetch addresses of other schemes than http, https and file; undefined where none is asked. */
  readonly getters?: Getters | undefined;
  /** Whom the home trusts; undefined where nothing is looked at. */
  readonly trust?: Trust | undefined;
}

export interface StageWorld extends AskWorld {
  /** The tree to make; it is not there yet. */
  readonly tree: string;
  readonly limits: ArchiveLimits;
  readonly listener: StageListener;
}

/** What came, beside its tree. */
export interface Brought<S extends SomeSource> {
  readonly source: S;
  /** Set when the tag of a locked commit names another one by now. */
  readonly moved?: string | undefined;
  /** The branch that git checked out. */
  readonly branch?: string | undefined;
  /** The one folder that an archive was in. */
  readonly folder?: string | undefined;
  /** Who signed it, where that was looked at. */
  readonly signature?: Signature | undefined;
  /** What is to be said of it. */
  readonly notes?: readonly string[];
  /** The program that its bare word runs, of what is listed as a program for Botkube. */
  readonly program?: ListedProgram | undefined;
}

export type Update = { readonly request: SourceRequest } | { readonly stays: 'pinned' | 'left alone'; readonly why: string };

export interface CompareWorld extends AskWorld {
  /** The place with secrets. */
  readonly address: string;
  /** Whether a plain update leaves the plugin as it is. */
  readonly isHeld: boolean;
  /** The hash of the tree that came; undefined where nobody knows. */
  readonly sourceHash: string | undefined;
}

/** What a source holds now, beside what is installed. */
export interface Comparison {
  readonly state: 'current' | 'outdated' | 'not checked' | 'unknown';
  /** The commit that is installed. */
  readonly commit?: string;
  /** The tag, or the branch's commit, that an update would bring. */
  readonly wanted?: string;
  /** The highest tag there is. */
  readonly latest?: string;
  /** Why it is not checked, or unknown. */
  readonly problem?: string;
  /** What whoever has it should know: that it was taken back. */
  readonly remark?: string;
  /** What is newer than `wanted`, or than `latest` for who stays at one version, and why it was passed over. */
  readonly passedOver?: readonly PassedOver[];
}

/** What was asked for, as far as only the request tells it. */
export type AskedWords = Pick<SourceRequest, 'checksum' | 'type'>;

/** A value in a lock: a line, or a list of tables. */
export type LockValue = string | readonly Readonly<Record<string, LockValue | undefined>>[];

/** One plugin's entry in a lock. */
export interface LockEntry {
  /** @throws what `wrong` gives for what is no text */
  text(key: string): string | undefined;
  /** What stands there, whatever it is. */
  value(key: string): unknown;
  wrong(what: string): UserError;
}
