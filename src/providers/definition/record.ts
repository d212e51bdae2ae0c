import { join } from 'node:path';
import { errnoOf, UserError } from '../../errors.ts';
import { namesIn } from '../../home/layout.ts';
import { isProviderName } from '../../home/names.ts';
import { linkTarget } from '../../system/links.ts';
import { hintFor } from '../../system/name-hint.ts';
import { formatAbove, isBoolean, isCount, isListOf, isObject, isOneOf, isOptional, isSha256, isText, readOwnJson, type Shape } from '../../system/own-json.ts';
import { LIST_BYTES } from '../../system/small-file.ts';
import type { ProviderPaths } from '../paths.ts';
import type { Content, ContentObject } from './content.ts';
import type { ActionDefinition, Definition } from './definition.ts';
import { isJsonObject, type JsonObject } from './json-fields.ts';

/** Where a provider came from: a file of this machine, a URL, or the `provider` of a plugin, which is run where it is. */
export interface ProviderSource {
  readonly kind: 'file' | 'url' | 'plugin';
  readonly place: string;
}

/** What is noted of a provider when it is installed. */
export interface ProviderRecord {
  readonly format: 1;
  readonly source: ProviderSource;
  readonly sha256: string;
  /** The checksum of the stub that starts the program, where it is no provider by itself; `sha256` is that of the program all the same. */
  readonly stub?: string | undefined;
  readonly size: number;
  readonly installedAt: string;
  /** The program, where it is run from elsewhere; empty for the copy that is kept. */
  readonly program: string;
  readonly definition: Definition;
}

/** A provider that is installed. */
export interface Provider extends ProviderRecord {
  readonly name: string;
  readonly generation: number;
  /** The directory of its generation. */
  readonly directory: string;
  readonly content: Content;
}

const FORMAT = 1;
const REMEDY = 'install the provider again';

const isJson: Shape<JsonObject> = isJsonObject;
const isAction: Shape<ActionDefinition> = isObject<ActionDefinition>({
  command: isText,
  model: isText,
  required: isListOf(isText),
  optional: isListOf(isText),
});
const isDefinition: Shape<Definition> = isObject<Definition>({
  name: isText,
  version: isText,
  autoStart: isBoolean,
  hasPublish: isBoolean,
  actions: isListOf(isAction),
  required: isListOf(isText),
  optional: isListOf(isText),
  storeObjects: isJson as Shape<Definition['storeObjects']>,
  documentation: isText,
  meta: isJson as Shape<Definition['meta']>,
  content: isText,
});
const isRecord: Shape<ProviderRecord> = isObject<ProviderRecord>({
  format: isCount as Shape<1>,
  source: isObject<ProviderSource>({ kind: isOneOf('file', 'url', 'plugin'), place: isText }),
  sha256: isSha256,
  stub: isOptional(isSha256),
  size: isCount,
  installedAt: isText,
  program: isText,
  definition: isDefinition,
});
const isContent: Shape<Content> = isObject<Content>({
  meta: isJson,
  objects: isListOf(isObject<ContentObject>({ type: isText, name: isText, value: isJson })),
});

/** Where the parts of a generation are. */
export const generationPaths = (directory: string, name: string) => ({
  record: join(directory, 'record.json'),
  content: join(directory, 'content.json'),
  /** The copy of the program is called as the provider, which it may rely on. */
  program: join(directory, 'program', name),
  files: join(directory, 'files'),
});

/** The program of a provider. */
export const programOf = ({ name, program, directory }: Provider): string => program || generationPaths(directory, name).program;

/**
 * Reads an installed provider.
 * @throws UserError where there is none of that name, or what is kept of it is damaged
 */
export function readProvider(paths: ProviderPaths, name: string): Provider {
  const provider = isProviderName(name) ? providerIfThere(paths, name) : undefined;
  if (provider) return provider;
  throw new UserError(
    'no-such-provider',
    `There is no provider ${name}`,
    hintFor(name, providerNames(paths), 'see those that are installed with provider:list'),
  );
}

/** The same; undefined where there is none. */
export function providerIfThere(paths: ProviderPaths, name: string): Provider | undefined {
  const directory = join(paths.provider(name), 'current');
  try {
    const real = currentGeneration(paths, name);
    if (real === undefined) return undefined;
    const files = generationPaths(real.directory, name);
    const record = readOwnJson('The record', files.record, LIST_BYTES, isRecord, REMEDY, formatAbove(FORMAT));
    const content = readOwnJson('The content', files.content, LIST_BYTES, isContent, REMEDY);
    return { ...record, name, generation: real.generation, directory: real.directory, content };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw new UserError('file-damaged', `${directory} is not complete`, { hint: REMEDY });
    throw error;
  }
}

function currentGeneration(paths: ProviderPaths, name: string): { generation: number; directory: string } | undefined {
  const target = linkTarget(join(paths.provider(name), 'current'));
  if (target === undefined || !/^\d{1,9}$/.test(target)) return undefined;
  return { generation: Number(target), directory: join(paths.provider(name), target) };
}

/** The names of the providers that are installed, in byte order. */
export const providerNames = (paths: ProviderPaths): string[] =>
  namesIn(paths.installed).filter((name) => isProviderName(name) && linkTarget(join(paths.provider(name), 'current')) !== undefined);
