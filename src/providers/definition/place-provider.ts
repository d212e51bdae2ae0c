import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { spoolEvent } from '../../home/event-spool.ts';
import { namesIn } from '../../home/layout.ts';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { syncDirectory } from '../../system/durable.ts';
import { placeLink, temporaryBeside } from '../../system/links.ts';
import { identify } from '../../system/processes.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { instanceNames, readInstance } from '../instances/instance.ts';
import type { ProviderPaths } from '../paths.ts';
import type { JsonObject } from './json-fields.ts';
import { withProviderLock } from './provider-folders.ts';
import { type Provider, providerIfThere, readProvider } from './record.ts';
import type { StagedProvider } from './stage-provider.ts';

/**
 * Puts a staged provider into place, by the rename of a link: whoever reads it has the earlier generation or the new one. The one before is kept for instances that run.
 * @param mayReplace whether there may be one of that name
 * @throws UserError where there is one and may not be
 */
export async function placeProvider(paths: ProviderPaths, staged: StagedProvider, mayReplace: boolean, warn: (text: string) => void): Promise<Provider> {
  const { name } = staged.definition;
  return withProviderLock(paths, warn, () => {
    removeLeftovers(paths);
    const earlier = providerIfThere(paths, name);
    if (earlier && !mayReplace)
      throw new UserError('provider-exists', `The provider ${name} is installed`, {
        hint: `replace it with --replace, or remove it first: provider:remove ${name}`,
      });
    const folder = paths.provider(name);
    return explainDiskErrors('install a provider', folder, () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const generations = generationsIn(folder);
      const generation = Math.max(0, ...generations) + 1;
      renameSync(staged.directory, join(folder, String(generation)));
      placeLink(join(folder, 'current'), String(generation));
      syncDirectory(folder);
      for (const old of generations) if (old < (earlier?.generation ?? generation)) removeTree(join(folder, String(old)));
      const provider = readProvider(paths, name);
      tell(paths, earlier === undefined ? 'create' : 'update', provider, earlier);
      return provider;
    });
  });
}

/** Removes what commands that died left in staging: the name of each begins with the process that made it. */
function removeLeftovers({ staging }: ProviderPaths): void {
  for (const name of readdirSync(staging)) {
    const [, pid] = /^\.tmp-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || identify(Number(pid)) === undefined) removeTree(join(staging, name));
  }
}

const generationsIn = (folder: string): number[] =>
  namesIn(folder)
    .filter((one) => /^\d{1,9}$/.test(one))
    .map(Number);

/** The instances of a provider, in byte order. */
export const instancesOf = (paths: ProviderPaths, provider: string): string[] =>
  instanceNames(paths).filter((name) => readInstance(paths, name).provider === provider);

/**
 * Removes a provider, by one rename.
 * @throws UserError where instances of it are left
 */
export async function removeProvider(paths: ProviderPaths, name: string, warn: (text: string) => void): Promise<void> {
  await withProviderLock(paths, warn, () => {
    const provider = readProvider(paths, name);
    const used = instancesOf(paths, name);
    if (used.length > 0)
      throw new UserError('provider-in-use', `The provider ${name} has instances: ${used.join(', ')}`, { hint: `destroy them first with instance:destroy` });
    const gone = temporaryBeside(join(paths.staging, 'x'));
    explainDiskErrors('remove a provider', paths.provider(name), () => renameSync(paths.provider(name), gone));
    removeTree(gone);
    tell(paths, 'delete', provider, provider);
  });
}

function tell({ spool }: ProviderPaths, action: string, provider: Provider, before: Provider | undefined): void {
  spoolEvent(spool, () => ({
    type: 'plugin_providers',
    action,
    key: provider.name,
    object: shown(provider),
    original: before === undefined ? null : shown(before),
  }));
}

const shown = ({ name, definition, sha256 }: Provider): JsonObject => ({ Name: name, Version: definition.version, PluginVersion: 4, Sha256: sha256 });
