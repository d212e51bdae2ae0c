import { stringify } from 'smol-toml';
import { isTable, parseToml, withHarmEscaped } from '../config/toml.ts';
import { errnoOf, UserError } from '../errors.ts';
import { isShipped } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { inByteOrder, isPluginName } from '../home/names.ts';
import { type StorePaths, storePaths } from '../home/store-paths.ts';
import { installedPlugins } from '../plugins/installed.ts';
import type { SourceKind } from '../sources/kind.ts';
import { KINDS, type Kinds, type KnownSource } from '../sources/kinds.ts';
import type { SourceRequest } from '../sources/request.ts';
import { isCopy, isKnown, isSameElsewhere, knownKind } from '../sources/source.ts';
import { fullAddress } from '../store/addresses.ts';
import { isPinned } from '../store/pins.ts';
import { currentReceipt, type Receipt } from '../store/receipts.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { writeDurably } from '../system/durable.ts';
import { harmlessLine } from '../system/harmless.ts';
import { realFile, statOrNothing } from '../system/links.ts';
import { isListOf, isSha256, isText, writtenByNewer } from '../system/own-json.ts';
import { LIST_BYTES, readSmallFile, whyUnread } from '../system/small-file.ts';
import { wordList } from '../system/word-list.ts';

/** One plugin, exactly. */
export interface LockedPlugin {
  readonly name: string;
  readonly version: string;
  readonly source: KnownSource;
  /** sha256 of the tree before any hook, in hex; empty for a link. */
  readonly hash: string;
  /** The key that signed it, where a trusted one did. */
  readonly signer?: string | undefined;
  /** The hosts that its WASM modules may ask over HTTP. */
  readonly allow?: readonly string[] | undefined;
  readonly enabled: boolean;
  readonly pinned: boolean;
}

/** The exact plugins of a home, in byte order of their names. */
export type Lock = readonly LockedPlugin[];

const HEADER = '# The exact plugins of a home. `plugin:lock` writes this file, `plugin:sync` brings about what it says.\n';
const FORMAT = 1;

/** What is installed, as a lock, and the plugins that no lock can hold: nobody knows where they came from. */
export function lockOf(layout: Layout): { readonly lock: Lock; readonly byHand: readonly string[] } {
  const paths = storePaths(layout.pluginPath);
  const lock: LockedPlugin[] = [];
  const byHand: string[] = [];
  for (const { name, enabled } of installedPlugins(layout).plugins) {
    if (isShipped(layout, name)) continue;
    const locked = lockedFrom(currentReceipt(paths, name), enabled, isPinned(paths, name));
    if (locked) lock.push(locked);
    else byHand.push(name);
  }
  return { lock, byHand };
}

/** A receipt as an entry of a lock; undefined where the source is unknown. */
function lockedFrom(receipt: Receipt | undefined, enabled: boolean, pinned: boolean): LockedPlugin | undefined {
  if (!receipt || !isKnown(receipt.source)) return undefined;
  const { name, version, source, sourceHash, signer, allowedHosts: allow } = { ...receipt, source: receipt.source };
  // What is linked changes, and no lock holds it.
  const hash = isCopy(source) ? sourceHash : '';
  return { name, version, source, hash, ...(signer === undefined ? {} : { signer }), ...(allow === undefined ? {} : { allow }), enabled, pinned };
}

/** A lock as TOML, made for diffs: plugins in byte order, a line for each fact, what goes without saying left out. */
export function renderLock(lock: Lock, kinds: Kinds = KINDS): string {
  const plugins = [...lock].sort((a, b) => inByteOrder(a.name, b.name)).map((plugin) => [plugin.name, tableOf(plugin, kinds)]);
  return `${HEADER}${withHarmEscaped(stringify({ format: FORMAT, plugins: Object.fromEntries(plugins) }))}`;
}

function tableOf({ version, source, hash, signer, allow, enabled, pinned }: LockedPlugin, kinds: Kinds): Record<string, unknown> {
  const table = { version, ...knownKind(source, kinds)?.toLock(source), source: hash && `sha256:${hash}`, signer, allow, enabled, pinned };
  const defaults = { source: '', enabled: true, pinned: false };
  return Object.fromEntries(
    Object.entries(table).filter(([key, value]) => value !== undefined && !(key in defaults && value === defaults[key as keyof typeof defaults])),
  );
}

/** Writes a lock; a link to it, its mode and its owner stay. */
export function writeLock(file: string, lock: Lock): void {
  const place = realFile(file);
  explainDiskErrors('write the lock', place, () => writeDurably(place, renderLock(lock), statOrNothing(place)));
}

/**
 * Reads a lock; undefined where there is none.
 * @throws UserError naming what in it cannot be understood
 */
export function readLock(file: string): Lock | undefined {
  let text: string;
  try {
    text = readSmallFile(file, LIST_BYTES);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new UserError('unreadable-file', `${file} ${whyUnread(error)}`, { hint: 'change its permissions or remove it' });
  }
  return parseLock(text, file);
}

/**
 * The lock that a text is.
 * @throws UserError naming what in it cannot be understood
 */
export function parseLock(text: string, file: string, kinds: Kinds = KINDS): Lock {
  const { format, plugins } = parseToml(text, file);
  if (typeof format === 'number' && format > FORMAT) throw writtenByNewer(file, `format ${format}`);
  if (format !== FORMAT || (plugins !== undefined && !isTable(plugins))) {
    throw new UserError('bad-lock', `${file} is not a lock of this tool: "format" is not ${FORMAT}`, { hint: 'write it anew with plugin:lock' });
  }
  return Object.entries(plugins ?? {}).map(([name, table]) => entryFrom(file, name, table, kinds));
}

function entryFrom(file: string, name: string, table: unknown, kinds: Kinds): LockedPlugin {
  const wrong = (what: string) =>
    new UserError('bad-lock', `${file}: the plugin ${harmlessLine(name)} ${what}`, { hint: 'write the lock anew with plugin:lock' });
  if (!isPluginName(name) || !isTable(table)) throw wrong('is not one');
  const text = (key: string): string | undefined => {
    const value = table[key];
    if (value !== undefined && (typeof value !== 'string' || (key !== 'version' && value.includes('\0')))) throw wrong(`has a "${key}" that is no text`);
    return value;
  };
  const [kind, place] =
    Object.values(kinds)
      .map((one) => [one, text(one.lockKey)] as const)
      .find(([, value]) => value !== undefined) ?? [];
  if (kind === undefined || place === undefined)
    throw wrong(
      `has no ${wordList(
        Object.values(kinds).map(({ lockKey }) => lockKey),
        'or',
      )}`,
    );
  const source = kind.fromLock(place, { text, value: (key) => structuredClone(table[key]), wrong }) as KnownSource;
  const hash = /^sha256:(.*)$/.exec(text('source') ?? '')?.[1] ?? '';
  if (kind.isCopy && !isSha256(hash)) throw wrong('has no "source" with the sha256 of its tree');
  const signer = text('signer');
  if (signer !== undefined && !/^(openpgp|ssh|minisign):[\w+/:-]{1,200}$/.test(signer)) throw wrong('has a "signer" that is no key');
  const { allow } = table;
  const isHosts = isListOf((value): value is string => isText(value) && !value.includes('\0'));
  if (allow !== undefined && !isHosts(allow)) throw wrong('has an "allow" that is no list of hosts');
  return {
    name,
    version: text('version') ?? '',
    source,
    hash,
    ...(signer === undefined ? {} : { signer }),
    ...(allow === undefined ? {} : { allow }),
    enabled: table.enabled !== false,
    pinned: table.pinned === true,
  };
}

/** What is installed, as the lock has it: where that was made on another platform, the source and the tree are that one's. */
export const asLocked = (locked: LockedPlugin, installed: LockedPlugin): LockedPlugin => {
  const isElsewhere = isSameElsewhere(locked.source, installed.source);
  const same = isElsewhere ? { ...installed, source: locked.source, hash: locked.hash } : installed;
  // Of the same bytes a home that trusts nobody knows no signer.
  return same.signer === undefined && locked.signer !== undefined && same.hash === locked.hash ? { ...same, signer: locked.signer } : same;
};

/** What to stage for exactly this plugin. */
export function requestForLocked({ source }: LockedPlugin, paths: StorePaths): SourceRequest {
  const kind = knownKind(source) as SourceKind<KnownSource>;
  return kind.again(source, fullAddress(paths, kind.place(source)));
}
