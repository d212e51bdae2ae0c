import { settingsTable } from '../../config/settings.ts';
import { isCore, type Layout } from '../../home/layout.ts';
import { storePaths } from '../../home/store-paths.ts';
import { installedPlugins } from '../../plugins/installed.ts';
import { writtenSource } from '../../sources/source.ts';
import { currentReceipt } from '../../store/receipts.ts';

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
    .filter((name) => !isCore(layout, name) && comesFrom(currentReceipt(paths, name), repository));
  const declared = Object.keys(settingsTable(layout.home, 'plugins', '"acme/deploy" = "^1.2"')).filter((key) => key.startsWith(`${repository}/`));
  return { installed, declared };
}

/** A source that was chosen from a repository names it in its receipt. */
function comesFrom(receipt: ReturnType<typeof currentReceipt>, repository: string): boolean {
  const source = receipt && writtenSource(receipt.source);
  return source !== undefined && 'repository' in source && source.repository === repository;
}
