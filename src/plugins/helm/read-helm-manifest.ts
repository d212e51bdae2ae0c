import { LineCounter, parseAllDocuments, type Node as YamlNode } from 'yaml';
import { type DecodeWorld, decode, type Shape } from './decode-yaml.ts';
import { cliConfig, extismConfig, getterConfig, legacyForm, postRendererConfig, subprocessConfig, testConfig, v1Form, versioned } from './forms.ts';
import type { HelmConfig, HelmMetadata, HelmType, SubprocessConfig } from './metadata.ts';
import { isHelmName, isStrictVersion } from './names.ts';

/** A plugin.yaml, or Helm's words for what is wrong with it. */
export type HelmManifestResult =
  | { readonly metadata: HelmMetadata; readonly problem?: undefined }
  | { readonly metadata?: undefined; readonly problem: string };

/** How many values are decoded: aliases that stand for each other would be more and more. */
const MOST_VALUES = 10_000;

const ENTRY_FUNCTION = 'helm_plugin_main';

/**
 * Reads a plugin.yaml in either of its forms, with the order of checks and the texts of Helm 4 (contract helm §1). Where Helm counts the lines of a configuration that
 * it has written anew, these are the lines of the file.
 * @param text of the file, whose first document counts
 */
export function readHelmManifest(text: string): HelmManifestResult {
  try {
    const document = new ManifestDocument(text);
    const apiVersion = document.peek();
    if (apiVersion === '') return { metadata: readLegacy(document) };
    if (apiVersion === 'v1') return { metadata: readV1(document) };
    throw new Wrong(`invalid plugin apiVersion: ${JSON.stringify(apiVersion)}`);
  } catch (error) {
    if (error instanceof Wrong) return { problem: error.message };
    if (error instanceof RangeError) return { problem: 'yaml: exceeded max depth' };
    throw error;
  }
}

/** What is wrong with a manifest; never leaves this file. */
class Wrong extends Error {}

/** The first document of a text. */
class ManifestDocument {
  readonly #contents: unknown;
  readonly #world: Omit<DecodeWorld, 'isStrict' | 'wrong'>;

  constructor(text: string) {
    const lines = new LineCounter();
    const [document] = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false, lineCounter: lines, logLevel: 'silent' });
    if (document === undefined || (document.contents === null && document.errors.length === 0)) throw new Wrong('failed to peek plugin.yaml API version: EOF');
    const [fault] = document.errors;
    if (fault !== undefined) {
      if (fault.message.startsWith('Maximum call stack')) throw new RangeError(fault.message);
      const reason = (fault.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
      throw new Wrong(`failed to peek plugin.yaml API version: yaml: line ${fault.linePos?.[0].line ?? 1}: ${reason}`);
    }
    this.#contents = document.contents;
    let values = 0;
    this.#world = {
      lineOf: ({ range }: YamlNode) => lines.linePos(range?.[0] ?? 0).line,
      resolve: (alias) => {
        values += 1;
        if (values > MOST_VALUES) throw new Wrong('yaml: document contains excessive aliasing');
        return alias.resolve(document) as YamlNode | undefined;
      },
    };
  }

  peek(): string {
    return this.decode(versioned, this.#contents, false, 'failed to peek plugin.yaml API version: ').apiVersion;
  }

  whole<T>(shape: Shape<T>, isStrict: boolean): T {
    return this.decode(shape, this.#contents, isStrict);
  }

  /** @throws Wrong with all that is wrong, as Go's decoder words it */
  decode<T>(shape: Shape<T>, node: unknown, isStrict: boolean, prefix = ''): T {
    const faults: string[] = [];
    const world = { ...this.#world, isStrict, wrong: (line: number, fault: string) => faults.push(`  line ${line}: ${fault}`) };
    const value = decode(shape, node, world as DecodeWorld);
    if (faults.length > 0) throw new Wrong(`${prefix}yaml: unmarshal errors:\n${faults.join('\n')}`);
    return value;
  }
}

const wrongName = (name: string): string => `invalid plugin name ${JSON.stringify(name)}: must contain only a-z, A-Z, 0-9, _ and -`;
const wrongVersion = (version: string): string => `invalid plugin version ${JSON.stringify(version)}: must be valid semver`;

const NO_CONFIG: HelmConfig = { usage: '', shortHelp: '', longHelp: '', ignoreFlags: false, protocols: [] };

/** The older form, without apiVersion: keys that it does not know are passed over. */
function readLegacy(document: ManifestDocument): HelmMetadata {
  const { name, version, usage, description, platformCommand, command, ignoreFlags, platformHooks, hooks, downloaders } = document.whole(legacyForm, false);
  if (!isHelmName(name)) throw new Wrong(wrongName(name));
  if (version !== '' && !isStrictVersion(version)) throw new Wrong(wrongVersion(version));
  if (platformCommand.length > 0 && command !== '') throw new Wrong('both platformCommand and command are set');
  if (platformHooks.size > 0 && hooks.size > 0) throw new Wrong('both platformHooks and hooks are set');
  for (const [index, downloader] of downloaders.entries()) {
    if (downloader.command === '') throw new Wrong(`downloader ${index} has empty command`);
    if (downloader.protocols.length === 0) throw new Wrong(`downloader ${index} has no protocols`);
    const empty = downloader.protocols.indexOf('');
    if (empty >= 0) throw new Wrong(`downloader ${index} has empty protocol at index ${empty}`);
  }
  const everywhere = { os: '', arch: '' };
  const asCommand = (words: string) => [{ ...everywhere, command: words, args: [] }];
  return {
    apiVersion: 'legacy',
    name,
    type: downloaders.length > 0 ? 'getter/v1' : 'cli/v1',
    runtime: 'subprocess',
    version,
    sourceURL: '',
    config: { ...NO_CONFIG, shortHelp: oneLine(usage), longHelp: description, ignoreFlags, protocols: downloaders.flatMap(({ protocols }) => protocols) },
    subprocess: {
      platformCommand: command === '' ? platformCommand : asCommand(command),
      platformHooks:
        hooks.size === 0 ? platformHooks : new Map([...hooks].map(([event, script]) => [event, [{ ...everywhere, command: 'sh', args: ['-c', script] }]])),
      protocolCommands: downloaders.map((downloader) => ({ protocols: downloader.protocols, platformCommand: asCommand(downloader.command) })),
      expandsHookArgs: hooks.size === 0,
    },
  };
}

/** Blanks of every kind are spaces, and what cannot be printed is dropped (contract helm §1.2). */
const oneLine = (usage: string): string => usage.replaceAll(/\s/g, ' ').replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '');

function readV1(document: ManifestDocument): HelmMetadata {
  const { apiVersion, name, type, runtime, version, sourceURL, config, runtimeConfig } = document.whole(v1Form, true);
  if (!isHelmName(name)) throw new Wrong('invalid plugin `name`');
  if (version === '') throw new Wrong('plugin `version` is required');
  if (!isStrictVersion(version)) throw new Wrong(`invalid plugin \`version\` ${JSON.stringify(version)}: must be valid semver`);
  if (apiVersion !== 'v1') throw new Wrong(`invalid \`apiVersion\`: ${JSON.stringify(apiVersion)}`);
  if (type === '') throw new Wrong('`type` missing');
  if (runtime === '') throw new Wrong('`runtime` missing');
  const prefix = 'failed to convert MetadataV1 to Metadata: ';
  const decoded = configOf(document, type, config, prefix);
  const runs = runtimeOf(document, runtime, runtimeConfig, prefix);
  const fault = getterFault(type, decoded);
  if (fault !== undefined) throw new Wrong(`config validation failed: ${fault}`);
  return { apiVersion: 'v1', name, type: type as HelmType, runtime: runtime as HelmMetadata['runtime'], version, sourceURL, config: decoded, ...runs };
}

/** `config`, in which every key must be known. */
function configOf(document: ManifestDocument, type: string, node: unknown, prefix: string): HelmConfig {
  const strictly = <T>(shape: Shape<T>): T => document.decode(shape, node, true, prefix);
  switch (type) {
    case 'cli/v1':
      return { ...NO_CONFIG, ...strictly(cliConfig) };
    case 'getter/v1':
      return { ...NO_CONFIG, ...strictly(getterConfig) };
    case 'postrenderer/v1':
      return { ...NO_CONFIG, ...strictly(postRendererConfig) };
    case 'test/v1':
      return { ...NO_CONFIG, ...strictly(testConfig) };
    default:
      throw new Wrong(`${prefix}unknown plugin type ${JSON.stringify(type)}`);
  }
}

/** `runtimeConfig`, in which keys that are not known are passed over. */
function runtimeOf(document: ManifestDocument, runtime: string, node: unknown, prefix: string): Pick<HelmMetadata, 'subprocess' | 'extism'> {
  const read = <T>(shape: Shape<T>): T => document.decode(shape, node, false, `${prefix}failed to unmarshal runtimeConfig for ${runtime} runtime: `);
  if (runtime === 'subprocess') return { subprocess: { ...(read(subprocessConfig) as Omit<SubprocessConfig, 'expandsHookArgs'>), expandsHookArgs: false } };
  if (runtime !== 'extism/v1') throw new Wrong(`${prefix}unsupported plugin runtime type: ${JSON.stringify(runtime)}`);
  const extism = read(extismConfig);
  return { extism: { ...extism, entryFuncName: extism.entryFuncName || ENTRY_FUNCTION } };
}

function getterFault(type: string, { protocols }: HelmConfig): string | undefined {
  if (type !== 'getter/v1') return undefined;
  if (protocols.length === 0) return 'getter has no protocols';
  const empty = protocols.indexOf('');
  return empty < 0 ? undefined : `getter has empty protocol at index ${empty}`;
}
