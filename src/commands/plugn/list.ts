import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isShipped } from '../../home/core-names.ts';
import { storePaths } from '../../home/store-paths.ts';
import { installedPlugins } from '../../plugins/installed.ts';
import { settle } from '../../store/recover.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { logWarn, print } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';

/** Prints a row for each plugin, to the byte what plugn prints; one without a version has `-` there (contract dokku §2 `list`). */
export async function run({ layout }: PlugnContext): Promise<number> {
  if (existsSync(storePaths(layout.pluginPath).pending)) await settle(layout, undefined, logWarn);
  const { plugins, dangling } = installedPlugins(layout);
  // What comes with tool and is not enabled nobody has installed.
  const installed = plugins.filter(({ name, enabled }) => enabled || !isShipped(layout, name));
  const rows = installed.map(({ name, enabled, version, description, problem }) => {
    if (problem) logWarn(problem);
    return `  ${name.padEnd(20)} ${(harmlessLine(version) || '-').padEnd(5)} ${(enabled ? 'enabled' : 'disabled').padEnd(10)} ${harmlessLine(description)}`;
  });
  for (const name of dangling) logWarn(`${join(layout.enabled, name)} is a dangling link; install the plugin again, or \`plugn disable ${name}\``);
  if (rows.length > 0) print(rows.join('\n'));
  return 0;
}
