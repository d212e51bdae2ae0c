import { withProviderLock } from '../definition/provider-folders.ts';
import type { ProviderPaths } from '../paths.ts';
import { keepInstance } from './change-instance.ts';
import { readInstance } from './instance.ts';

/** Notes whether the supervisor is to run instances, from its next start on. @param warn told where another change has to be waited for @throws UserError where there is no such instance */
export const noteWanted = (paths: ProviderPaths, names: readonly string[], wanted: boolean, warn: (text: string) => void): Promise<void> =>
  withProviderLock(paths, warn, () => {
    for (const instance of names.map((name) => readInstance(paths, name)))
      if (instance.wanted !== wanted) keepInstance(paths, { ...instance, wanted }, instance);
  });
