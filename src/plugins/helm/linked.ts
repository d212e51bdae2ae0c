import { createHash } from 'node:crypto';
import { mkdirSync, unlinkSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { statOrNothing } from '../../system/links.ts';
import { shellQuote } from '../../system/shell-quote.ts';
import type { Adapted } from './adapt.ts';
import { PLUGIN_FILE_NAME } from './file-names.ts';
import { readHelmDirectory } from './helm-directory.ts';
import { isHelmDirectory } from './is-helm-directory.ts';
import { pluginToml, writeMade } from './made-files.ts';
import { type HelmMetadata, hasCommand } from './metadata.ts';
import { helmWordOf } from './names.ts';
import { HOOK_STUBS } from './stub.ts';
import type { HelmStub } from './stub-text.ts';
import { treeStubs } from './tree-stubs.ts';

/** What was made for a plugin of Helm's that is linked. */
export type Linked = Adapted & { /** Of what it says of itself now: another one once an update has something to take up. */ readonly hash?: string };

/**
 * Makes what stands in the home for a plugin of Helm's that stays its owner's: a directory with a plugin.toml, and with executables that read the plugin.yaml of the linked
 * directory whenever they are called. Nothing is written to that directory, and none of its hooks is run (decision 037).
 * @param tree the link to it, which the directory replaces
 * @param directory where it leads
 * @param grant which of the hosts that its module asks for it may ask
 * @throws what `grant` does
 */
export async function linkHelmPlugin(tree: string, directory: string, grant: (hosts: readonly string[]) => Promise<readonly string[]>): Promise<Linked> {
  const { metadata, problem } = readHelmDirectory(directory);
  if (metadata === undefined) return { problem: `${PLUGIN_FILE_NAME}: ${problem}` };
  const hosts = await grant(metadata.extism?.allowedHosts ?? []);
  unlinkSync(tree);
  mkdirSync(tree);
  writeMade(
    tree,
    metadata,
    linkedPaths(directory, metadata).map((path) => ({ path, text: callText(directory, path, hosts) })),
  );
  return { name: helmWordOf(metadata), hosts, hash: hashOf(directory, metadata) };
}

/** The hash that `linkHelmPlugin` would give now; undefined for what is no plugin of Helm's any more. */
export function linkedHash(directory: string): string | undefined {
  const { metadata } = isHelmDirectory(directory) ? readHelmDirectory(directory) : {};
  return metadata && hashOf(directory, metadata);
}

const hashOf = (directory: string, metadata: HelmMetadata): string =>
  createHash('sha256')
    .update(JSON.stringify([pluginToml(metadata), linkedPaths(directory, metadata), metadata.extism?.allowedHosts ?? []]))
    .digest('hex');

/** The executables of a plugin that is linked. Its command is always completed, as what completes it may come later. */
const linkedPaths = (directory: string, metadata: HelmMetadata): string[] => [
  ...new Set([...linkedStubs(directory, metadata).map(({ path }) => path), ...(hasCommand(metadata) ? ['complete'] : [])]),
];

const linkedStubs = (directory: string, metadata: HelmMetadata, hosts: readonly string[] = []): HelmStub[] =>
  treeStubs(directory, metadata, { directory, hosts }).filter(({ path }) => !HOOK_STUBS.includes(path));

/** An executable that has Node say what it is to do. */
const callText = (directory: string, path: string, hosts: readonly string[]): string =>
  [
    '#!/bin/sh',
    `# Its plugin is linked, and its ${PLUGIN_FILE_NAME} is read when this is called.`,
    `tool_helm_directory=${shellQuote(directory)} tool_helm_stub=${shellQuote(path)} tool_helm_hosts=${shellQuote(hosts.join(','))}`,
    `. "\${TOOL_PACKAGE:?is not set; run this through tool}/libexec/helm-linked"`,
    '',
  ].join('\n');

/**
 * What such an executable does, as lines of sh.
 * @param path its own, from the plugin's directory in the home on
 * @param granted the hosts that were allowed when it was linked
 * @throws UserError where the directory is gone, or holds no such plugin any more
 */
export function linkedText(directory: string, path: string, granted: readonly string[]): string {
  const shown = harmlessLine(directory);
  if (!statOrNothing(directory)?.isDirectory())
    throw new UserError('not-a-directory', `The plugin is linked to ${shown}, which is gone`, { hint: 'restore it, or uninstall the plugin' });
  if (!isHelmDirectory(directory))
    throw new UserError('not-a-plugin', `The plugin is linked to ${shown}, which has no ${PLUGIN_FILE_NAME} of its own any more`, { hint: 'link it again' });
  const { metadata, problem } = readHelmDirectory(directory);
  if (metadata === undefined) throw new UserError('not-a-plugin', `${shown}/${PLUGIN_FILE_NAME}: ${problem}`, { hint: 'correct it' });
  const hosts = (metadata.extism?.allowedHosts ?? []).filter((host) => granted.includes(host));
  const stub = linkedStubs(directory, metadata, hosts).find((one) => one.path === path);
  if (stub !== undefined) return stub.text;
  if (path === 'complete') return 'exit 0\n';
  throw new UserError('not-a-plugin', `${shown}/${PLUGIN_FILE_NAME} says nothing of ${path} any more`, { hint: 'update the plugin' });
}
