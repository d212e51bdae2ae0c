import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, isUserError, UserError } from '../errors.ts';
import { isPluginName } from '../home/names.ts';
import type { StorePaths } from '../home/store-paths.ts';
import type { Unverified } from '../provenance/judge.ts';
import type { SignedThing } from '../provenance/signature.ts';
import type { SomeSource } from '../sources/kind.ts';
import type { Source } from '../sources/kinds.ts';
import { isKnownKind, readSource, writtenSource } from '../sources/source.ts';
import { UNKNOWN } from '../sources/unknown.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { syncDirectory, writeDurably, writeWhole } from '../system/durable.ts';
import { harmlessLine } from '../system/harmless.ts';
import { linkTarget, placeLink, removeLink } from '../system/links.ts';
import { formatAbove, isCount, isListOf, isObject, isOneOf, isOptional, isText, type Newer, readOwnJson, type Shape } from '../system/own-json.ts';
import { SETTINGS_BYTES } from '../system/small-file.ts';

/** What is known of one generation of a plugin, written when it is committed. */
export interface Receipt {
  readonly name: string;
  readonly generation: number;
  readonly version: string;
  readonly source: Source;
  /** The branch that git checked out; not for a tag or a commit, and not in receipts of before. */
  readonly branch?: string | undefined;
  /** The hosts that its WASM modules may ask over HTTP; nothing for a plugin that asks for none. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** sha256 of the tree as it came, before any hook; empty for a link. */
  readonly sourceHash: string;
  /** sha256 of the tree as its hooks left it; empty for a link. What it held is in the listing. */
  readonly installedHash: string;
  /** The key that signed it, where one that was trusted did: `openpgp:…`, `ssh:SHA256:…`, `minisign:…`. */
  readonly signer?: string | undefined;
  /** Whose key that is, as it said then. */
  readonly signerNames?: readonly string[] | undefined;
  /** What that key signed. */
  readonly signedOf?: SignedThing | undefined;
  /** What was found where no trusted key signed it: told of once; or that nobody looked, as `--verify=false` said. */
  readonly unverified?: Unverified | undefined;
  /** When it was installed: ISO 8601, UTC. */
  readonly time: string;
  /** When it was last brought back by a rollback, if it was. */
  readonly broughtBack?: string;
  /** The version of tool that made it. */
  readonly tool: string;
}

/** The format of receipts, and of the journal, which holds one. Files that say none are of 1. */
export const STORE_FORMAT = 1;
export const isFormat = isOptional((value: unknown): value is number => isCount(value) && value > 0);

/** A receipt as programs are told of it, and, with its format, as it stands on the disk. */
export interface KeptReceipt extends Omit<Receipt, 'source'> {
  readonly format?: number;
  readonly source: SomeSource;
}

/** What of a receipt only a newer tool writes: a higher format, or a kind of source that is not known here. */
export const newerReceipt: Newer = (value) => {
  const isOfKind = isObject<{ source: SomeSource }>({ source: isObject<SomeSource>({ kind: isText }) });
  const kind = isOfKind(value) ? value.source.kind : undefined;
  return (
    formatAbove(STORE_FORMAT)(value) ??
    (kind === undefined || isKnownKind(kind) ? undefined : `its plugin comes from a source of the kind "${harmlessLine(kind)}"`)
  );
};

const isSource: Shape<SomeSource> = (value): value is SomeSource => isObject<SomeSource>({ kind: isText })(value) && readSource(value) !== undefined;

/** Its name and its generation become parts of paths. */
export const isKeptReceipt: Shape<KeptReceipt> = isObject<KeptReceipt>({
  format: isFormat as Shape<number>,
  name: (value): value is string => isText(value) && isPluginName(value),
  generation: isCount,
  version: isText,
  source: isSource,
  branch: isOptional(isText),
  allowedHosts: isOptional(isListOf(isText)),
  sourceHash: isText,
  installedHash: isText,
  signer: isOptional(isText),
  signerNames: isOptional(isListOf(isText)),
  signedOf: isOptional(isOneOf('archive', 'index', 'tag', 'commit')),
  unverified: isOptional(isOneOf('unsigned', 'unknown signer', 'skipped')),
  time: (value): value is string => isText(value) && !Number.isNaN(Date.parse(value)),
  broughtBack: isOptional(isText) as Shape<string>,
  tool: isText,
});

export const readReceipt = ({ source, format: _, ...receipt }: KeptReceipt): Receipt => ({
  ...receipt,
  source: readSource(source) ?? UNKNOWN,
});

export const writtenReceipt = ({ source, ...receipt }: Receipt): KeptReceipt => ({ ...receipt, source: writtenSource(source) });

const REMEDY = 'move it away: its plugin stays, and an update or another install writes a new one';

const read = (file: string): Receipt => readReceipt(readOwnJson('The receipt', file, SETTINGS_BYTES, isKeptReceipt, REMEDY, newerReceipt));

/** The generation that stands in available/; undefined when the store did not put it there. */
export function currentReceipt(paths: StorePaths, plugin: string): Receipt | undefined {
  try {
    return read(paths.current(plugin));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** All receipts of a plugin, oldest first. */
export function receiptsOf(paths: StorePaths, plugin: string): Receipt[] {
  try {
    return readdirSync(paths.receipts(plugin))
      .filter((name) => /^\d+\.json$/.test(name))
      .map((name) => read(`${paths.receipts(plugin)}/${name}`))
      .sort((a, b) => a.generation - b.generation);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') return [];
    if (isUserError(error) || code === undefined) throw error;
    throw new UserError('unreadable-file', `The receipts in ${paths.receipts(plugin)} cannot be listed (${code})`, {
      hint: 'move it away, or change its permissions',
      cause: error,
    });
  }
}

/** Written before the receipt, in the same folder, which is made to last with it. */
export const writeListing = (paths: StorePaths, { name, generation }: Receipt, text: string): void => {
  const file = paths.listing(name, generation);
  explainDiskErrors('write the list of files', file, () => writeWhole(file, text));
};

export const writeReceipt = (paths: StorePaths, receipt: Receipt): void =>
  writeDurably(paths.receipt(receipt.name, receipt.generation), `${JSON.stringify({ format: STORE_FORMAT, ...writtenReceipt(receipt) }, null, 2)}\n`);

/** The commit of a change: from here on it is done, whatever happens. Undefined means that the plugin is gone. */
export function commitReceipt(paths: StorePaths, plugin: string, receipt: Receipt | undefined): void {
  const link = paths.current(plugin);
  if (receipt) {
    explainDiskErrors('write the receipt', paths.receipt(plugin, receipt.generation), () => {
      writeReceipt(paths, receipt);
      placeLink(link, `receipts/${receipt.generation}.json`);
    });
  } else if (linkTarget(link) !== undefined) {
    removeLink(link);
  } else {
    return;
  }
  syncDirectory(dirname(link));
}
