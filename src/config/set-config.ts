import { join } from 'node:path';
import { withMutex } from '../home/mutex.ts';
import { realFile } from '../system/links.ts';
import { setInToml } from './edit-toml.ts';
import { writeAllConfigExports } from './exports.ts';
import { readTomlText } from './read-text.ts';
import { writeTomlText } from './write-text.ts';

/** A key of a plugin in config.toml, and what it is set to. */
export type ConfigValue = readonly [plugin: string, key: string, value: string];

/**
 * Sets keys of plugins in config.toml to strings, and makes the exports beside it anew (contract dokku §2.3).
 * It has a lock of its own, so that the hook of a plugin that is being installed can configure it.
 * @param warn told once when another holds that lock
 * @returns a line for every file that could not be understood
 * @throws UserError when config.toml cannot be read, understood or written
 */
export function setConfig(pluginPath: string, values: readonly ConfigValue[], warn: (line: string) => void): Promise<readonly string[]> {
  const waiting = () => warn('Another change to config.toml is under way; waiting for it');
  return withMutex(join(pluginPath, 'store/.config.lock'), waiting, async () => {
    const file = realFile(join(pluginPath, 'config.toml'));
    const before = readTomlText(file);
    const after = values.reduce((text, [plugin, key, value]) => setInToml(text, file, plugin, key, value), before);
    writeTomlText(file, before, after);
    // All of them are older than config.toml now.
    return writeAllConfigExports(pluginPath);
  });
}
