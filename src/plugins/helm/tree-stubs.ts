import { join } from 'node:path';
import { somethingAt } from '../../system/links.ts';
import { readSmallFile, SETTINGS_BYTES } from '../../system/small-file.ts';
import { isExecutableFile } from '../executable.ts';
import { completionTable } from './completion-table.ts';
import { PLUGIN_FILE_NAME, STUB_FOLDER } from './file-names.ts';
import type { HelmMetadata } from './metadata.ts';
import { completionStub, type StubWorld, stubsOf } from './stub.ts';
import type { HelmStub } from './stub-text.ts';

/** All the executables that a plugin of Helm's becomes: those of its plugin.yaml, and what completes its command, where it has either of Helm's two files for that. */
export const treeStubs = (tree: string, metadata: HelmMetadata, world: StubWorld = {}): HelmStub[] => [
  ...stubsOf(metadata, world),
  ...completionOf(tree, metadata, world),
];

function completionOf(tree: string, metadata: HelmMetadata, world: StubWorld): HelmStub[] {
  const file = join(tree, 'completion.yaml');
  if (!somethingAt(file) && !isExecutableFile(join(tree, 'plugin.complete'))) return [];
  let text = '';
  try {
    text = readSmallFile(file, SETTINGS_BYTES);
  } catch {
    // As in Helm, one that cannot be read is no completion.
  }
  return [completionStub(metadata, completionTable(text), world)];
}

/** What of a plugin's own files is where an executable that it becomes has to stand, or would be taken for a part of the plugin here; undefined where nothing is. */
export function stubObstacle(tree: string, stubs: readonly HelmStub[]): string | undefined {
  const taken = ['bare', 'subcommands', STUB_FOLDER, ...stubs.map(({ path }) => path)].find((path) => somethingAt(join(tree, path)));
  if (taken !== undefined) return `it has ${taken}, which is made from ${PLUGIN_FILE_NAME} here`;
  return isExecutableFile(join(tree, 'commands')) ? 'it has a program called commands, which would be asked for its commands' : undefined;
}
