import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withMutex } from '../../home/mutex.ts';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import type { ProviderPaths } from '../paths.ts';

/** Makes the directories of providers, which nobody else may look into. */
export function makeProviderFolders(paths: ProviderPaths): void {
  const { root, staging, installed, instances, objects } = paths;
  for (const folder of [root, staging, installed, instances, objects, join(root, 'log'), join(root, 'states'), join(root, 'scratch')])
    explainDiskErrors('keep providers', folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
}

/** Runs a change of providers or instances while no other runs. @param warn told where another has to be waited for */
export async function withProviderLock<T>(paths: ProviderPaths, warn: (text: string) => void, change: () => Promise<T> | T): Promise<T> {
  makeProviderFolders(paths);
  return withMutex(
    paths.lock,
    () => warn('Waiting for another change of providers'),
    async () => change(),
  );
}
