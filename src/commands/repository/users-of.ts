import type { Layout } from '../../home/layout.ts';
import { storePaths } from '../../home/store-paths.ts';
import { installedPlugins } from '../../plugins/installed.ts';
import { isRelease } from '../../sources/catalogue/source.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { declaredPlugins } from '../../sync/declared-plugins.ts';

/** Who counts on a repository. */
export interface RepositoryUsers {
  /** Plugins that were installed from it. */
  readonly installed: readonly string[];
  /** Entries of `[plugins]` in tool.toml that are to come from it: `acme/deploy`. */
  readonly declared: readonly string[];
}

/** The plugins that come from a repository, or are to. */
export function usersOf(layout: Layout, repository: string): RepositoryUsers {
  const paths = storePaths(layout.pluginPath);
  const installed = installedPlugins(layout)
    .plugins.map(({ name }) => name)
    .filter((name) => {
      const source = currentReceipt(paths, name)?.source;
      return isRelease(source) && source.repository === repository;
    });
  const declared = [...(declaredPlugins(layout.home) ?? [])].filter(([, { source, isNamed }]) => isNamed && source.startsWith(`${repository}/`));
  return { installed, declared: declared.map(([, { source }]) => source) };
}
