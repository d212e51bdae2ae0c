import { join } from 'node:path';
import { isShipped } from '../../home/core-names.ts';
import { isCore, namesIn } from '../../home/layout.ts';
import { type InstalledPlugin, installedPlugins } from '../../plugins/installed.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Prints the installed plugins, those that come with tool where they are enabled or asked for, as plugn does, or as JSON (contract dokku §2 `list`, §3 `plugin:list`). */
export async function run({ layout, options, warn }: CommandContext<'plugin:list'>): Promise<Outcome> {
  const { plugins, dangling } = installedPlugins(layout);
  const core = new Set(namesIn(layout.coreEnabled).filter((name) => isCore(layout, name)));
  const isAside = ({ name, enabled }: InstalledPlugin): boolean => !enabled && isShipped(layout, name);
  const aside = new Set(plugins.filter(isAside).map(({ name }) => name));
  const rows = plugins
    .filter(({ name }) => options.all === true || !aside.has(name))
    .map(({ name, directory, enabled, version, description, problem }) => {
      if (problem) warn(problem);
      return { name, directory, version, enabled, core: core.has(name) || aside.has(name), description };
    });
  for (const name of dangling) warn(`${join(layout.enabled, name)} is a dangling link; install the plugin again, or ${layout.brand} plugin:disable ${name}`);
  return {
    data: async () => {
      const { sourceFields } = await import('./list-sources.ts');
      return Promise.all(rows.map(async ({ directory, ...row }) => ({ ...row, ...(await sourceFields(layout, row.name, directory)) })));
    },
    lines: () =>
      rows.map(({ name, version, enabled, description }) =>
        // A row is read by its fields: one that is missing is shown, so that the next does not take its place.
        `  ${name.padEnd(20)} ${(harmlessLine(version) || '-').padEnd(5)} ${(enabled ? 'enabled' : aside.has(name) ? 'available' : 'disabled').padEnd(10)} ${harmlessLine(description)}`.trimEnd(),
      ),
  };
}
