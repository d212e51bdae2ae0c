import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { changing } from '../store/switch.ts';
import { print } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';

/** Makes what is missing of a plugin path (contract dokku §2 `init`). */
export async function run({ layout, env }: CommandContext): Promise<number> {
  changing('make the plugin path', layout.pluginPath, () => {
    for (const folder of [layout.available, layout.enabled]) mkdirSync(folder, { recursive: true });
    closeSync(openSync(join(layout.pluginPath, 'config.toml'), 'a'));
  });
  print(`Initialized empty Plugn plugin path in ${env.PLUGIN_PATH}`);
  return 0;
}
