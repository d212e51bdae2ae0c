import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, UserError } from '../errors.ts';
import type { Layout } from '../plugins/layout.ts';
import { placeLink, removeLink, somethingAt, temporaryBeside } from '../system/links.ts';

/** Turns a system error of a change to the plugin tree into one line that names the place. */
export function changing<T>(what: string, place: string, change: () => T): T {
  try {
    return change();
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    const hint =
      code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'run this as the user that owns it' : 'nothing was changed; mend that and try again';
    throw new UserError('REFUSED', `Cannot ${what}: ${place} (${code})`, { hint, cause: error });
  }
}

/** Enables a plugin in one step; a link that led nowhere is replaced. */
export function placeEnabledLink(layout: Layout, name: string): void {
  changing('enable the plugin', layout.enabled, () => {
    mkdirSync(layout.enabled, { recursive: true });
    const available = join(layout.pluginPath, 'available') === layout.available && join(layout.pluginPath, 'enabled') === layout.enabled;
    placeLink(join(layout.enabled, name), available ? `../available/${name}` : join(layout.available, name));
  });
}

/** Disables a plugin; a directory put into enabled/ by hand moves to available/, so that nothing is lost. */
export function removeEnabledLink(layout: Layout, name: string): void {
  changing('disable the plugin', layout.enabled, () => {
    const path = join(layout.enabled, name);
    if (lstatSync(path).isDirectory()) renameSync(path, join(layout.available, name));
    else removeLink(path);
  });
}

/** A staging directory on the file system of the plugins, where a tree is made whole before it is renamed into place. */
export function makeStaging(layout: Layout): string {
  const staging = join(layout.pluginPath, 'store', '.staging');
  return changing('prepare a place for the plugin', layout.pluginPath, () => {
    mkdirSync(staging, { recursive: true });
    const own = temporaryBeside(join(staging, 'x'));
    mkdirSync(own);
    return own;
  });
}

/** Puts a staged tree in place under a name that is free, in one rename. */
export function placePlugin(layout: Layout, name: string, staged: string): void {
  const target = join(layout.available, name);
  if (somethingAt(target)) throw new UserError('REFUSED', `Plugin ${name} is already installed`);
  changing('install the plugin', layout.available, () => {
    mkdirSync(layout.available, { recursive: true });
    renameSync(staged, target);
  });
}

/** Notes that a plugin has a guard, so that its directory's loss denies rather than allows; or that it has none. */
export function markGuard(layout: Layout, name: string, hasGuard: boolean): void {
  const marker = join(layout.pluginPath, 'store/guards', name);
  changing('note the guard', marker, () => {
    if (!hasGuard) return rmSync(marker, { force: true });
    mkdirSync(dirname(marker), { recursive: true });
    writeFileSync(marker, '');
  });
}

/** Removes a plugin: out of sight in one rename each, then deleted at leisure. */
export function removePlugin(layout: Layout, name: string): void {
  const enabled = join(layout.enabled, name);
  const available = join(layout.available, name);
  const trash = makeStaging(layout);
  changing('remove the plugin', layout.available, () => {
    if (somethingAt(enabled)) renameSync(enabled, join(trash, 'enabled'));
    if (somethingAt(available)) renameSync(available, join(trash, 'available'));
  });
  rmSync(trash, { recursive: true, force: true });
}
