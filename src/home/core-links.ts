import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkTarget, placeLink, removeLink, somethingAt } from '../system/links.ts';
import { makeWholeFolder } from '../system/whole-folder.ts';
import { besideUsers, coreNameOf, TO_CORE } from './core-names.ts';
import { type CorePlugin, corePlugins } from './core-plugins.ts';
import { type Layout, namesIn } from './layout.ts';

/** Where a home has its core plugins, and where it has all. */
interface Places {
  readonly core: string;
  readonly all: string;
}

/** Files named like the core plugins that were enabled by name: what an upgrade, or a setting that is taken back, leaves enabled. */
const BY_NAME = 'enabled-by-name';

/**
 * Links the package's core plugins into a home (contract dokku §0 (2), §11): all of them under core-plugins/available and among the available, and
 * those that are to be enabled among the enabled. A core plugin never takes a name in use: it is then reachable as core-NAME (DESIGN "Whose names").
 * @param dokkusSet whether the home is to have Dokku's set; undefined leaves of it enabled what is
 * @returns a warning for each enabled one whose name was taken
 */
export function linkCorePlugins(packagePath: string, home: string, dokkusSet: boolean | undefined): string[] {
  const places = { core: join(home, 'core-plugins'), all: join(home, 'plugins') };
  const shipped = corePlugins(packagePath);
  keepOldSet(places, shipped);
  const warnings: string[] = [];
  for (const { name, path, kind } of shipped) {
    placeLink(join(places.core, 'available', name), path);
    const isWanted = () => kind === 'always' || isByName(places, name) || (kind === 'dokku' && (dokkusSet ?? isEnabled(places, name)));
    warnings.push(...fitOne(places, name, isWanted));
  }
  removeRetired(
    places,
    shipped.map(({ name }) => name),
  );
  return warnings;
}

/** Enables all of Dokku's set by name: for a home that is used under the brand dokku, which has it for good. */
export function askForDokkusSet(packagePath: string, home: string): void {
  const core = join(home, 'core-plugins');
  for (const { name, kind } of corePlugins(packagePath)) if (kind === 'dokku') markByName({ core }, name);
}

/**
 * Makes room for a plugin of the user's, or takes a core plugin's own name back where there is none any more. For other names there is nothing to do.
 * @param name the user's plugin's
 */
export function fitCorePlugin(layout: Layout, name: string): void {
  const places = placesOf(layout);
  if (!places || !somethingAt(join(places.core, 'available', name))) return;
  fitOne(places, name, () => isEnabled(places, name));
}

/** Enables a core plugin under the name that it has here, from now on. */
export function enableCorePlugin(layout: Layout, shown: string): void {
  const [places, name] = [placesOf(layout), coreNameOf(layout, shown)];
  if (!places || name === undefined) return;
  markByName(places, name);
  placeEnabled(places, name, shown);
}

/** Disables a core plugin, from now on. */
export function disableCorePlugin(layout: Layout, shown: string): void {
  const [places, name] = [placesOf(layout), coreNameOf(layout, shown)];
  if (!places || name === undefined) return;
  rmSync(join(places.core, BY_NAME, name), { force: true });
  removeEnabled(places, shown);
}

/** The places of a layout; undefined for a root of plugn's own. */
function placesOf({ pluginPath, coreAvailable }: Layout): Places | undefined {
  const core = join(pluginPath, '../core-plugins');
  return join(core, 'available') === coreAvailable ? { core, all: pluginPath } : undefined;
}

/** Gives a core plugin the links that it is to have beside what the user has. */
function fitOne(places: Places, name: string, isWanted: () => boolean): string[] {
  const { core, all } = places;
  const users = hasUsers(places, name, name);
  const shown = users ? besideUsers(name) : name;
  const wanted = isWanted();
  if (users) removeLink(join(core, 'enabled', name));
  removeShown(places, name, users ? name : besideUsers(name));
  // Put there by hand: of the two names none is left.
  if (users && hasUsers(places, shown, name)) return wanted ? [`Plugins of yours are named ${name} and ${shown}; the core plugin ${name} is not enabled`] : [];
  placeLink(join(all, 'available', shown), `${TO_CORE}${name}`);
  if (wanted) placeEnabled(places, name, shown);
  // Asked again: somebody may have enabled it by name meanwhile.
  else if (!isByName(places, name)) removeEnabled(places, shown);
  return wanted && users ? [`A plugin of yours is named "${name}" as a core plugin is; yours stays, the core plugin is reachable as ${shown}`] : [];
}

/** Whether something that is not this core plugin has a name. The link among the available is older than that among the enabled, and is read last. */
function hasUsers({ all }: Places, shown: string, name: string): boolean {
  const available = join(all, 'available', shown);
  const isCores = (target: string): boolean => target === `${TO_CORE}${name}`;
  const isOfCores = (target: string): boolean => isCores(target) || (target === `../available/${shown}` && !isOthers(available, isCores));
  return isOthers(available, isCores) || isOthers(join(all, 'enabled', shown), isOfCores);
}

/** Whether there is something that is no link of ours. What another first command links while we look is ours: nothing is told from two states. */
function isOthers(path: string, isOurs: (target: string) => boolean): boolean {
  const target = linkTarget(path) ?? (somethingAt(path) ? (linkTarget(path) ?? '') : undefined);
  return target !== undefined && !isOurs(target);
}

/** First what says that it is a core plugin, so that nobody takes it for another meanwhile. */
function placeEnabled({ core, all }: Places, name: string, shown: string): void {
  placeLink(join(core, 'enabled', shown), `../available/${name}`);
  placeLink(join(all, 'enabled', shown), `../available/${shown}`);
}

/** What somebody else put among the enabled stays. */
function removeEnabled({ core, all }: Places, shown: string): void {
  if (linkTarget(join(all, 'enabled', shown)) === `../available/${shown}`) removeLink(join(all, 'enabled', shown));
  removeLink(join(core, 'enabled', shown));
}

/** Whether a core plugin is enabled, under its own name or the other. */
const isEnabled = ({ core }: Pick<Places, 'core'>, name: string): boolean =>
  [name, besideUsers(name)].some((shown) => somethingAt(join(core, 'enabled', shown)));

/** Links of core plugins that this package does not have any more. */
function removeRetired(places: Places, shipped: readonly string[]): void {
  for (const name of namesIn(join(places.core, 'available')).filter((name) => !shipped.includes(name))) {
    for (const shown of [name, besideUsers(name)]) removeShown(places, name, shown);
    removeLink(join(places.core, 'available', name));
  }
}

/** Takes away the links under which a core plugin was reachable; a user's plugin of that name stays. */
function removeShown(places: Places, name: string, shown: string): void {
  if (linkTarget(join(places.all, 'available', shown)) !== `${TO_CORE}${name}`) return;
  removeEnabled(places, shown);
  removeLink(join(places.all, 'available', shown));
}

const isByName = ({ core }: Places, name: string): boolean => existsSync(join(core, BY_NAME, name));

function markByName({ core }: Pick<Places, 'core'>, name: string): void {
  mkdirSync(join(core, BY_NAME), { recursive: true });
  writeFileSync(join(core, BY_NAME, name), '');
}

/**
 * A home that was made before there was a choice had all of Dokku's set, and keeps it. Done before anything is linked, so that of several first
 * commands at once none takes what another has just linked for old.
 */
function keepOldSet({ core }: Places, shipped: readonly CorePlugin[]): void {
  const marks = join(core, BY_NAME);
  if (somethingAt(marks)) return;
  const old = shipped.filter(({ name, kind }) => kind === 'dokku' && isEnabled({ core }, name));
  makeWholeFolder(marks, (whole) => {
    for (const { name } of old) writeFileSync(join(whole, name), '');
  });
}
