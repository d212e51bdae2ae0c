import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { needLinux } from '../../system/linux.ts';
import { makeFolder } from '../../system/make-folder.ts';
import { print } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';

/** Makes what is missing of a plugin path (contract dokku §2 `init`). */
export async function run({ layout, env }: PlugnContext): Promise<number> {
  needLinux();
  explainDiskErrors('make the plugin path', layout.pluginPath, () => {
    for (const folder of [layout.available, layout.enabled]) makeFolder(folder);
    closeSync(openSync(join(layout.pluginPath, 'config.toml'), 'a'));
  });
  print(`Initialized empty Plugn plugin path in ${env.PLUGIN_PATH}`);
  return 0;
}
