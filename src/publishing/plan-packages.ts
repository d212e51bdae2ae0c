import { join } from 'node:path';
import { isReleaseVersion, VERSION_RULE } from '../catalogue/names.ts';
import type { Platform } from '../catalogue/release.ts';
import { UserError } from '../errors.ts';
import { authorWarnings } from '../plugins/author-warnings.ts';
import { stubObstacle, treeStubs } from '../plugins/helm/tree-stubs.ts';
import { Plugin } from '../plugins/plugin.ts';
import { harmlessLine } from '../system/harmless.ts';
import type { PluginDirectory } from './find-plugins.ts';
import { type PackedEntry, packedTree } from './packed-tree.ts';

/** An archive that is to be written. */
export interface PlannedPackage extends PluginDirectory {
  /** Empty where the manifest states none. */
  readonly version: string;
  readonly platform: Platform;
  readonly file: string;
  readonly entries: readonly PackedEntry[];
}

export interface PackOptions {
  readonly output: string;
  /** Whether each version has a folder of its own, so that earlier ones stay. */
  readonly byVersion: boolean;
  readonly platform: Platform;
  /** The PATH on which interpreters are looked for. */
  readonly path: string;
  readonly warn: (text: string) => void;
}

/**
 * What is to be packed of some plugins, all of it checked as an install and `plugin:check` do, before anything is written.
 * @throws UserError for a manifest that cannot be read, a version that cannot be listed, and a tree that could not be installed
 */
export async function planPackages(plugins: readonly PluginDirectory[], options: PackOptions): Promise<PlannedPackage[]> {
  const planned: PlannedPackage[] = [];
  for (const plugin of plugins) {
    const { name, directory, helm } = plugin;
    const version = checkedVersion(plugin, options);
    const obstacle = helm === undefined ? undefined : stubObstacle(directory, treeStubs(directory, helm));
    if (obstacle !== undefined) throw new UserError('not-a-plugin', `${harmlessLine(directory)} could not be installed: ${obstacle}`);
    // What is said of the files of a plugin with a plugin.toml is not so of one of Helm's.
    if (helm === undefined) for (const warning of await authorWarnings(directory, directory, options.path)) options.warn(warning);
    planned.push({
      ...plugin,
      version,
      platform: options.platform,
      file: fileOf(name, version, options),
      entries: await packedTree(directory, name, options.output),
    });
  }
  return planned;
}

function checkedVersion({ name, directory, helm }: PluginDirectory, { byVersion, warn }: PackOptions): string {
  const version = helm?.version ?? versionInToml(name, directory);
  const hint = helm === undefined ? `write version = "1.0.0" under [plugin] of ${directory}/plugin.toml` : `write version: 1.0.0 into ${directory}/plugin.yaml`;
  if (version === '' && byVersion) throw new UserError('no-such-version', `${name} has no version, and --by-version needs one`, { hint });
  if (version === '') warn(`${name} has no version, and an index needs one: ${hint}`);
  else if (!isReleaseVersion(version))
    throw new UserError('no-such-version', `${name} has the version "${harmlessLine(version)}", which no index may have`, { hint: VERSION_RULE });
  return version;
}

function versionInToml(name: string, directory: string): string {
  const { manifest, problem } = new Plugin(name, directory).read;
  if (problem !== undefined) throw new UserError('bad-manifest', problem);
  return manifest.version;
}

/** The name that an index is made from: TYPE_NAME_OS_ARCH.EXT. */
function fileOf(name: string, version: string, { output, byVersion, platform: { os, arch } }: PackOptions): string {
  return join(output, ...(byVersion ? [name, version] : []), `plugin_${name}_${os}_${arch}.tar.gz`);
}
