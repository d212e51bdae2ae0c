import { PLUGIN_FILE_NAME } from './file-names.ts';
import { readHelmDirectory } from './helm-directory.ts';
import { writeMade } from './made-files.ts';
import { helmWordOf } from './names.ts';
import { stubObstacle, treeStubs } from './tree-stubs.ts';

/** What was made of a plugin of Helm's, or the one line that says why nothing can be. */
export type Adapted =
  | { readonly name: string; readonly hosts: readonly string[]; readonly problem?: undefined }
  | { readonly name?: undefined; readonly hosts?: undefined; readonly problem: string };

/**
 * Makes a plugin of Helm's a plugin of ours, in a tree that has a plugin.yaml and no plugin.toml: writes a plugin.toml that says the same, and an executable for its command
 * and for each of its hooks. Nothing is written where there is a problem.
 * @param tree that may be written to
 * @param grant which of the hosts that a module asks for it may ask
 * @returns the command word that it has in Helm, and the hosts that its module may ask
 * @throws what `grant` does
 */
export async function adaptHelmPlugin(tree: string, grant: (hosts: readonly string[]) => Promise<readonly string[]>): Promise<Adapted> {
  const { metadata, problem } = readHelmDirectory(tree);
  if (metadata === undefined) return { problem: `${PLUGIN_FILE_NAME}: ${problem.replaceAll(`${tree}/`, '')}` };
  const hosts = await grant(metadata.extism?.allowedHosts ?? []);
  const stubs = treeStubs(tree, metadata, { hosts });
  const obstacle = stubObstacle(tree, stubs);
  if (obstacle !== undefined) return { problem: obstacle };
  writeMade(tree, metadata, stubs);
  return { name: helmWordOf(metadata), hosts };
}
