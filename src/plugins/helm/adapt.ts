import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tomlString } from '../../config/toml.ts';
import { isPluginName } from '../../home/names.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { somethingAt } from '../../system/links.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../../system/small-file.ts';
import { isExecutableFile } from '../executable.ts';
import { completionTable } from './completion-table.ts';
import { PLUGIN_FILE_NAME, WASM_FILE_NAME } from './file-names.ts';
import type { HelmMetadata } from './metadata.ts';
import { type HelmPlatform, thisPlatform } from './platform-command.ts';
import { readHelmManifest } from './read-helm-manifest.ts';
import { completionStub, type HelmStub, stubsOf } from './stub.ts';

/** What was made of a plugin of Helm's, or the one line that says why nothing can be. */
export type Adapted = { readonly name: string; readonly problem?: undefined } | { readonly name?: undefined; readonly problem: string };

/**
 * Makes a plugin of Helm's a plugin of ours, in a tree that has a plugin.yaml and no plugin.toml: writes a plugin.toml that says the same, and an executable for its command
 * and for each of its hooks. Nothing is written where there is a problem.
 * @param tree that may be written to
 * @returns the command word that it has in Helm
 */
export function adaptHelmPlugin(tree: string, platform: HelmPlatform = thisPlatform()): Adapted {
  const read = manifestIn(tree);
  if (read.metadata === undefined) return { problem: `${PLUGIN_FILE_NAME}: ${harmlessLine(read.problem.replaceAll('\n', ' '))}` };
  const { metadata } = read;
  if (metadata.runtime === 'extism/v1') {
    const lacks = somethingAt(join(tree, WASM_FILE_NAME)) ? '' : `, and ${WASM_FILE_NAME} is missing`;
    return { problem: `${PLUGIN_FILE_NAME}: its runtime is ${metadata.runtime} (WebAssembly), which cannot be run here${lacks}` };
  }
  const stubs = [...stubsOf(metadata, platform), ...completionOf(tree, metadata)];
  const taken = ['bare', 'subcommands', '.helm', ...stubs.map(({ path }) => path)].find((path) => somethingAt(join(tree, path)));
  if (taken !== undefined) return { problem: `it has ${taken}, which is made from ${PLUGIN_FILE_NAME} here` };
  if (isExecutableFile(join(tree, 'commands'))) return { problem: 'it has a program called commands, which would be asked for its commands' };
  for (const { path, text } of stubs) {
    mkdirSync(join(tree, dirname(path)), { recursive: true });
    write(join(tree, path), text, 0o755);
  }
  write(join(tree, 'plugin.toml'), manifestText(metadata), 0o644);
  return { name: wordOf(metadata) };
}

/** What completes its command; nothing where it has neither of Helm's two files for that. */
function completionOf(tree: string, metadata: HelmMetadata): HelmStub[] {
  const file = join(tree, 'completion.yaml');
  if (!somethingAt(file) && !isExecutableFile(join(tree, 'plugin.complete'))) return [];
  let text = '';
  try {
    text = readSmallFile(file, SETTINGS_BYTES);
  } catch {
    // As in Helm, one that cannot be read is no completion.
  }
  return [completionStub(metadata, completionTable(text))];
}

function manifestIn(tree: string) {
  try {
    return readHelmManifest(readSmallFile(join(tree, PLUGIN_FILE_NAME), SETTINGS_BYTES));
  } catch (error) {
    return { problem: whyUnread(error) };
  }
}

/** The first word of its usage, or else its name (contract helm §3.4). */
function wordOf({ name, config: { usage } }: HelmMetadata): string {
  const word = usage.split(' ', 1)[0] as string;
  return isPluginName(word) ? word : name;
}

function manifestText({ name, type, version, sourceURL, config: { usage, shortHelp, longHelp, protocols } }: HelmMetadata): string {
  const lines = [
    `# Made from ${PLUGIN_FILE_NAME}. An update makes it anew.`,
    '[plugin]',
    `description = ${tomlString(shortHelp || `the "${name}" plugin`)}`,
    `version = ${tomlString(version)}`,
    ...(sourceURL === '' ? [] : [`documentation = ${tomlString(sourceURL)}`]),
    '',
    '[plugin.config]',
    '',
    '[plugin.helm]',
    `name = ${tomlString(name)}`,
    `type = ${tomlString(type)}`,
    ...(usage === '' ? [] : [`usage = ${tomlString(usage)}`]),
    ...(longHelp === '' ? [] : [`help = ${tomlString(longHelp)}`]),
    ...(protocols.length === 0 ? [] : [`protocols = [${protocols.map((protocol) => tomlString(protocol)).join(', ')}]`]),
    '',
  ];
  return lines.join('\n');
}

/** Without a umask of the caller's, as all that the store makes. */
function write(file: string, text: string, mode: number): void {
  writeFileSync(file, text, { flag: 'wx' });
  chmodSync(file, mode);
}
