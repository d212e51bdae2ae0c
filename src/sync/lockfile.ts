import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import { isTable, parseToml, withHarmEscaped } from '../config/toml.ts';
import { errnoOf, UserError } from '../errors.ts';
import { isCore, type Layout } from '../home/layout.ts';
import { inByteOrder, isPluginName } from '../home/names.ts';
import { type StorePaths, storePaths } from '../home/store-paths.ts';
import { installedPlugins } from '../plugins/installed.ts';
import { isHeld } from '../sources/followed.ts';
import type { Source, SourceRequest } from '../sources/source.ts';
import { fullAddress } from '../store/addresses.ts';
import { isPinned } from '../store/pins.ts';
import { currentReceipt, type Receipt } from '../store/receipts.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { writeDurably } from '../system/durable.ts';
import { harmlessLine } from '../system/harmless.ts';
import { realFile, statOrNothing } from '../system/links.ts';
import { LIST_BYTES, readSmallFile, whyUnread } from '../system/small-file.ts';

/** One plugin, exactly. */
export interface LockedPlugin {
  readonly name: string;
  readonly version: string;
  readonly source: Exclude<Source, { kind: 'unknown' }>;
  /** sha256 of the tree before any hook, in hex; empty for a link. */
  readonly hash: string;
  readonly enabled: boolean;
  readonly pinned: boolean;
}

/** The exact plugins of a home, in byte order of their names. */
export type Lock = readonly LockedPlugin[];

const HEADER = '# The exact plugins of a home. `plugin:lock` writes this file, `plugin:sync` brings about what it says.\n';
const FORMAT = 1;

export const lockPath = (layout: Layout): string => join(layout.home, 'tool.lock');

/** What is installed, as a lock, and the plugins that no lock can hold: nobody knows where they came from. */
export function lockOf(layout: Layout): { readonly lock: Lock; readonly byHand: readonly string[] } {
  const paths = storePaths(layout.pluginPath);
  const lock: LockedPlugin[] = [];
  const byHand: string[] = [];
  for (const { name, enabled } of installedPlugins(layout).plugins) {
    if (isCore(layout, name) || existsSync(join(layout.coreAvailable, name))) continue;
    const locked = lockedFrom(currentReceipt(paths, name), enabled, isPinned(paths, name));
    if (locked) lock.push(locked);
    else byHand.push(name);
  }
  return { lock, byHand };
}

/** A receipt as an entry of a lock; undefined where the source is unknown. */
function lockedFrom(receipt: Receipt | undefined, enabled: boolean, pinned: boolean): LockedPlugin | undefined {
  if (!receipt || receipt.source.kind === 'unknown') return undefined;
  const { name, version, source, sourceHash: hash } = receipt;
  return { name, version, source, hash, enabled, pinned };
}

/** A lock as TOML, made for diffs: plugins in byte order, a line for each fact, what goes without saying left out. */
export function renderLock(lock: Lock): string {
  const plugins = [...lock].sort((a, b) => inByteOrder(a.name, b.name)).map((plugin) => [plugin.name, tableOf(plugin)]);
  return `${HEADER}${withHarmEscaped(stringify({ format: FORMAT, plugins: Object.fromEntries(plugins) }))}`;
}

function tableOf({ version, source, hash, enabled, pinned }: LockedPlugin): Record<string, unknown> {
  const table = { version, ...sourceKeys(source), source: hash && `sha256:${hash}`, enabled, pinned };
  const defaults = { source: '', enabled: true, pinned: false };
  return Object.fromEntries(
    Object.entries(table).filter(([key, value]) => value !== undefined && !(key in defaults && value === defaults[key as keyof typeof defaults])),
  );
}

function sourceKeys(source: LockedPlugin['source']): Record<string, unknown> {
  switch (source.kind) {
    case 'git':
      return {
        git: source.url,
        committish: source.committish,
        range: source.version,
        tag: source.tag,
        commit: source.commit,
        follows: isHeld(source) ? (source.tag === undefined ? 'commit' : 'tag') : source.version === undefined ? 'branch' : 'range',
      };
    case 'archive':
      return { archive: source.url, sha256: source.sha256 };
    case 'directory':
      return { path: source.path };
    case 'link':
      return { link: source.path };
  }
}

/** Writes a lock; a link to it, its mode and its owner stay. */
export function writeLock(file: string, lock: Lock): void {
  const place = realFile(file);
  explainDiskErrors('write the lock', place, () => writeDurably(place, renderLock(lock), statOrNothing(place)));
}

/**
 * Reads a lock; undefined where there is none.
 * @throws UserError REFUSED naming what in it cannot be understood
 */
export function readLock(file: string): Lock | undefined {
  let text: string;
  try {
    text = readSmallFile(file, LIST_BYTES);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new UserError('REFUSED', `${file} ${whyUnread(error)}`, { hint: 'mend its mode or remove it' });
  }
  return parseLock(text, file);
}

/**
 * The lock that a text is.
 * @throws UserError REFUSED naming what in it cannot be understood
 */
export function parseLock(text: string, file: string): Lock {
  const { format, plugins } = parseToml(text, file);
  if (format !== FORMAT || (plugins !== undefined && !isTable(plugins))) {
    throw new UserError('REFUSED', `${file} is no lock of this tool: "format" is not ${FORMAT}`, { hint: 'write it anew with plugin:lock' });
  }
  return Object.entries(plugins ?? {}).map(([name, table]) => entryFrom(file, name, table));
}

/** What is followed by none: `nothing` is what locks said before they told tags from commits. */
const HELD: ReadonlySet<string> = new Set(['tag', 'commit', 'nothing']);

const HEX64 = /^[0-9a-f]{64}$/;

function entryFrom(file: string, name: string, table: unknown): LockedPlugin {
  const wrong = (what: string) =>
    new UserError('REFUSED', `${file}: the plugin ${harmlessLine(name)} ${what}`, { hint: 'write the lock anew with plugin:lock' });
  if (!isPluginName(name) || !isTable(table)) throw wrong('is not one');
  const text = (key: string): string | undefined => {
    const value = table[key];
    if (value !== undefined && (typeof value !== 'string' || (key !== 'version' && value.includes('\0')))) throw wrong(`has a "${key}" that is no text`);
    return value;
  };
  const source = sourceFrom(text, wrong);
  const hash = /^sha256:(.*)$/.exec(text('source') ?? '')?.[1] ?? '';
  if (source.kind !== 'link' && !HEX64.test(hash)) throw wrong('has no "source" with the sha256 of its tree');
  return { name, version: text('version') ?? '', source, hash, enabled: table.enabled !== false, pinned: table.pinned === true };
}

function sourceFrom(text: (key: string) => string | undefined, wrong: (what: string) => UserError): LockedPlugin['source'] {
  const [git, archive, path, link] = ['git', 'archive', 'path', 'link'].map(text);
  if (git !== undefined) {
    const [committish, version, tag, commit] = ['committish', 'range', 'tag', 'commit'].map(text);
    if (commit === undefined || !/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) throw wrong('has no "commit" of 40 hexadecimal digits');
    return { kind: 'git', url: git, ...defined({ committish, version, tag }), commit, pinned: HELD.has(text('follows') ?? '') };
  }
  if (archive !== undefined) {
    const sha256 = text('sha256') ?? '';
    if (!HEX64.test(sha256)) throw wrong('has no "sha256" of 64 hexadecimal digits');
    return { kind: 'archive', url: archive, sha256 };
  }
  if (path !== undefined) return { kind: 'directory', path };
  if (link !== undefined) return { kind: 'link', path: link };
  throw wrong('has no "git", "archive", "path" or "link"');
}

/** The entries of an object that are there. */
const defined = <T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: string };

/** What to stage for exactly this plugin. */
export function requestForLocked({ source }: LockedPlugin, paths: StorePaths): SourceRequest {
  switch (source.kind) {
    case 'git': {
      const { url, committish, version, commit, tag, pinned } = source;
      return { source: fullAddress(paths, url), committish, version, locked: { commit, tag, pinned }, link: false };
    }
    case 'archive':
      return { source: fullAddress(paths, source.url), checksum: `sha256:${source.sha256}`, link: false };
    case 'directory':
    case 'link':
      return { source: source.path, link: source.kind === 'link' };
  }
}
