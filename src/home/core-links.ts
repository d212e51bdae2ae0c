import { join } from 'node:path';
import { linkTarget, placeLink, removeLink, somethingAt } from '../system/links.ts';
import { corePlugins } from './core-plugins.ts';
import { namesIn } from './layout.ts';

/**
 * Links the package's core plugins into a home (contract dokku §0 (2), §11): under core-plugins/ and among all others.
 * A core plugin never takes a name in use: it is then reachable as core-NAME (DESIGN "Names").
 * @returns a warning a name that was taken
 */
export function linkCorePlugins(packagePath: string, home: string): string[] {
  const core = join(home, 'core-plugins');
  const all = join(home, 'plugins');
  const shipped = corePlugins(packagePath);
  const warnings: string[] = [];
  for (const { name, path } of shipped) {
    placeLink(join(core, 'available', name), path);
    const taken = [join(all, 'available', name), join(all, 'enabled', name)].some((path) => somethingAt(path) && !isCoreLink(path, name));
    const shown = taken ? `core-${name}` : name;
    if (taken) {
      removeLink(join(core, 'enabled', name));
      warnings.push(`A plugin of yours is named "${name}" as a core plugin is; yours stays, the core plugin is reachable as ${shown}`);
    }
    if (!taken) removeShown(core, all, name, `core-${name}`);
    placeLink(join(core, 'enabled', shown), `../available/${name}`);
    placeLink(join(all, 'available', shown), `../../core-plugins/available/${name}`);
    placeLink(join(all, 'enabled', shown), `../available/${shown}`);
  }
  removeRetired(
    core,
    all,
    shipped.map(({ name }) => name),
  );
  return warnings;
}

/** Whether a path is one of the links that this file makes for a core plugin. */
function isCoreLink(path: string, name: string): boolean {
  const target = linkTarget(path);
  return (
    target === `../../core-plugins/available/${name}` ||
    (target === `../available/${name}` && isCoreLink(path.replace(/enabled(?=\/[^/]*$)/, 'available'), name))
  );
}

/** Links of core plugins that this package does not have any more. */
function removeRetired(core: string, all: string, shipped: readonly string[]): void {
  for (const name of namesIn(join(core, 'available')).filter((name) => !shipped.includes(name))) {
    for (const shown of [name, `core-${name}`]) removeShown(core, all, name, shown);
    removeLink(join(core, 'available', name));
  }
}

/** Takes away the links under which a core plugin was reachable; a user's plugin of that name stays. */
function removeShown(core: string, all: string, name: string, shown: string): void {
  if (linkTarget(join(all, 'available', shown)) !== `../../core-plugins/available/${name}`) return;
  removeLink(join(all, 'enabled', shown));
  removeLink(join(all, 'available', shown));
  removeLink(join(core, 'enabled', shown));
}
