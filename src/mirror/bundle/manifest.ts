import { UserError } from '../../errors.ts';
import { isPluginName } from '../../home/names.ts';
import type { ListedProgram } from '../../plugins/botkube/adapt-executor.ts';
import type { SomeSource } from '../../sources/kind.ts';
import { isCount, isListOf, isObject, isOneOf, isOptional, isSha256, isText } from '../../system/own-json.ts';
import { isObjectKey } from '../stores/object-key.ts';

/** Goes up when an older program would misread a bundle. */
export const BUNDLE_FORMAT = 1;
/** The first entry of a bundle. */
export const MANIFEST = 'bundle.json';

/** A file of a bundle. */
export interface BundledFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A plugin of a bundle: its tree, packed, and where it came from. */
export interface BundledPlugin {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** The hash of its tree before any hook, as tool.lock has it. */
  readonly tree: string;
  readonly source: SomeSource;
  /** Of what is listed as a program for Botkube: what its bare word runs. */
  readonly program?: ListedProgram | undefined;
  /** The key that had signed it where the bundle was made. */
  readonly signer?: string | undefined;
}

/** A spec of add-ons of a bundle, and the packages that it needs. */
export interface BundledSpec {
  readonly file: string;
  readonly hostVersion: string;
  readonly addons: readonly { readonly name: string; readonly version: string; readonly file: string; readonly sha256: string }[];
}

/** What a bundle says of itself. It has no times and no paths of a machine: the same things make the same bytes. */
export interface BundleManifest {
  readonly format: number;
  /** What it was made on, and for: a release of a repository may be another one elsewhere. */
  readonly platform: string;
  /** The lock of the plugins; undefined where there are none. */
  readonly lock?: string | undefined;
  readonly plugins: readonly BundledPlugin[];
  readonly specs: readonly BundledSpec[];
  /** All others, in their order. */
  readonly files: readonly BundledFile[];
}

const isPath = (value: unknown): value is string => isText(value) && isObjectKey(value);
const isName = (value: unknown): value is string => isText(value) && isPluginName(value);
/** Within the tree. */
const isProgramPath = (value: unknown): value is string => isText(value) && /^(bare|program)\/[^/]/.test(value) && !value.split('/').includes('..');
const isListedProgram = isObject<ListedProgram>({ path: isProgramPath, name: isText, type: isOneOf('executor', 'source'), description: isText });
const isManifest = isObject<BundleManifest>({
  format: isCount,
  platform: isText,
  files: isListOf(isObject<BundledFile>({ path: isPath, sha256: isSha256, bytes: isCount })),
  lock: isOptional(isPath),
  plugins: isListOf(
    isObject<BundledPlugin>({
      name: isName,
      version: isText,
      file: isPath,
      tree: isSha256,
      source: isObject<SomeSource>({ kind: isText }),
      program: isOptional(isListedProgram),
      signer: isOptional(isText),
    }),
  ),
  specs: isListOf(
    isObject<BundledSpec>({
      file: isPath,
      hostVersion: isText,
      addons: isListOf(isObject<BundledSpec['addons'][number]>({ name: isText, version: isText, file: isPath, sha256: isSha256 })),
    }),
  ),
});

/** The text of a manifest. */
export const manifestText = (manifest: BundleManifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

/** Reads a manifest. @param name of the bundle, for messages @throws UserError bad-bundle, newer-format */
export function readManifest(text: string, name: string): BundleManifest {
  const refuse = (what: string): UserError => new UserError('bad-bundle', `${name} ${what}`, { hint: 'make it again with bundle:create' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('has no bundle.json that can be read');
  }
  if (isObject<{ format: number }>({ format: isCount })(value) && value.format > BUNDLE_FORMAT) {
    throw new UserError('newer-format', `${name} was made by a newer tool (format ${value.format})`, { hint: 'update tool to that version or a later one' });
  }
  if (!isManifest(value)) throw refuse('has a bundle.json that is none');
  const paths = new Set(value.files.map(({ path }) => path));
  const named = [...(value.lock === undefined ? [] : [value.lock]), ...value.plugins.map(({ file }) => file)];
  const missing = [...named, ...value.specs.flatMap(({ file, addons }) => [file, ...addons.map((one) => one.file)])].find((path) => !paths.has(path));
  if (missing !== undefined) throw refuse(`names ${missing}, which it does not hold`);
  if (paths.size !== value.files.length || paths.has(MANIFEST)) throw refuse('lists a file twice');
  return value;
}
