import { realpathSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { isReleaseVersion, VERSION_RULE } from '../catalogue/names.ts';
import { UserError } from '../errors.ts';
import { isPluginName } from '../home/names.ts';
import { readHelmDirectory } from '../plugins/helm/helm-directory.ts';
import { isHelmDirectory } from '../plugins/helm/is-helm-directory.ts';
import { goMetadata } from '../plugins/helm/metadata-text.ts';
import { stubObstacle, treeStubs } from '../plugins/helm/tree-stubs.ts';
import { Plugin } from '../plugins/plugin.ts';
import { defaultName } from '../sources/default-name.ts';
import { harmlessLine } from '../system/harmless.ts';
import { realFile, statOrNothing } from '../system/links.ts';
import { type PackedEntry, packedTree } from './packed-tree.ts';

/** A plugin, and the archive `NAME-VERSION.tgz` that is to be made of it. */
export interface PlannedTarball {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  /** The archive's path. */
  readonly file: string;
  readonly entries: readonly PackedEntry[];
  /** What it is, for its provenance file. */
  readonly metadata: object;
}

/**
 * What is to be packed of a plugin's directory, all of it checked as an install does, before anything is written (contract helm §7.1).
 * @param destination the directory of the archive
 * @throws UserError for what is no plugin, has no version, or could not be installed
 */
export async function planTarball(word: string, destination: string): Promise<PlannedTarball> {
  if (!statOrNothing(word)?.isDirectory()) {
    throw new UserError('not-a-directory', `${harmlessLine(word)} is not a directory: plugin package only supports directories, not tarballs`, {
      status: 2,
      hint: 'give the directory of a plugin',
    });
  }
  const directory = realpathSync(word);
  const isHelms = isHelmDirectory(directory);
  const { name, version, metadata } = isHelms ? helmsFacts(directory) : ownFacts(directory);
  const file = join(destination, `${name}-${version}.tgz`);
  const inside = relative(directory, realFile(resolve(destination)));
  const own = (path: string): boolean => [`${name}-${version}.tgz`, `${name}-${version}.tgz.prov`].includes(relative(inside, path));
  const isElsewhere = inside === '..' || inside.startsWith('../');
  const entries = await packedTree(directory, name, inside === '' ? undefined : destination, isElsewhere ? undefined : own);
  const link = isHelms ? entries.find(({ kind }) => kind === 'link') : undefined;
  if (link !== undefined) {
    throw new UserError('source-refused', `${join(directory, link.path)} is a link, and Helm installs no plugin that has one`, {
      hint: 'put a copy there, or list it in .toolignore',
    });
  }
  return { name, version, directory, file, entries, metadata };
}

const notAPlugin = (what: string): UserError =>
  new UserError('not-a-plugin', `invalid plugin directory: ${what}`, { hint: 'give a directory with a plugin.toml or a plugin.yaml' });

/** By a plugin.yaml, in Helm's words. */
function helmsFacts(directory: string): Pick<PlannedTarball, 'name' | 'version' | 'metadata'> {
  const { metadata, problem } = readHelmDirectory(directory);
  if (problem !== undefined) throw notAPlugin(problem);
  const obstacle = stubObstacle(directory, treeStubs(directory, metadata));
  if (obstacle !== undefined) throw notAPlugin(obstacle);
  return { name: metadata.name, version: metadata.version, metadata: goMetadata(metadata) };
}

/** By a plugin.toml: the directory's name is the plugin's. */
function ownFacts(directory: string): Pick<PlannedTarball, 'name' | 'version' | 'metadata'> {
  const name = defaultName(basename(directory));
  const { manifest, problem } = new Plugin(name, directory).read;
  if (problem !== undefined) throw notAPlugin(problem);
  if (!isPluginName(name)) throw notAPlugin(`${harmlessLine(name)} cannot be the name of a plugin; rename the directory`);
  const { version, description } = manifest;
  if (!isReleaseVersion(version)) {
    throw new UserError('no-such-version', `${name} has the version "${harmlessLine(version)}"`, {
      hint: `${VERSION_RULE}; write it under [plugin] of plugin.toml`,
    });
  }
  return { name, version, metadata: { Description: description, Name: name, Type: 'plugin.toml', Version: version } };
}
