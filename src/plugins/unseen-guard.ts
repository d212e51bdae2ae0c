import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import { type Layout, namesIn } from '../home/layout.ts';

/**
 * The first folder that this user may not look into and that may hold a guard, so that every command is denied; undefined where all can be seen.
 * What libexec/guards asks in `tool_look_closely`, for `--explain`.
 * @param forced whether the caller came through sshd or sudo; others are asked only about folders that are not their own
 */
export function unseenGuard({ pluginPath }: Layout, forced: boolean): string | undefined {
  const enabled = join(pluginPath, 'enabled');
  if (process.getuid?.() === 0 || (!forced && ownerOf(enabled) === process.getuid?.())) return undefined;
  const folders = [pluginPath, enabled, join(pluginPath, 'store'), join(pluginPath, 'store/.guards'), join(pluginPath, 'store/.app-guards')];
  return (
    folders.find((folder) => isClosed(folder, constants.R_OK | constants.X_OK)) ??
    namesIn(enabled)
      .map((name) => join(enabled, name))
      .find((plugin) => isClosed(plugin, constants.X_OK))
  );
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}

/** A plugin's place may also be a file, or a dangling link: neither holds anything. */
function isClosed(path: string, access: number): boolean {
  try {
    if (statSync(path).isDirectory()) accessSync(path, access);
    return false;
  } catch (error) {
    return errnoOf(error) !== 'ENOENT';
  }
}
