import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, UserError } from '../errors.ts';
import { linkTarget, placeLink, removeLink, somethingAt } from '../system/links.ts';
import { identify } from '../system/processes.ts';
import { removeTree } from '../system/remove-tree.ts';
import { makeWholeFolder } from '../system/whole-folder.ts';

/**
 * A plugin of a home that listens to triggers of a list and does nothing else. A trigger is heard by whoever has a file of its name, so the plugin is a folder with a link for
 * each trigger, all to one program:
 *
 *   plugins/enabled/NAME → ../../core-plugins/enabled/NAME → ../FOLDER/ID       on while the first is there; the second makes it core
 *   core-plugins/FOLDER/ID/TRIGGER → ../../available/events/internal/…          ID is a hash of the links
 *
 * A folder is made whole under another name, and a list that has changed is one link that is replaced: no trigger goes unheard in between.
 */
export interface ListenerPlugin {
  readonly name: string;
  /** In core-plugins. */
  readonly folder: string;
  /** For messages. */
  readonly what: string;
  /** The program that listens, and the manifest, from a folder of links. */
  readonly program: string;
  readonly manifest: string;
}

const placesIn = (home: string, { name, folder }: ListenerPlugin) => ({
  folders: join(home, 'core-plugins', folder),
  core: join(home, 'core-plugins/enabled', name),
  enabled: join(home, 'plugins/enabled', name),
});

/** Where the link among the enabled leads to. */
const targetOf = ({ name }: ListenerPlugin): string => `../../core-plugins/enabled/${name}`;

/** Whether the home has the listeners, be it of another list. */
export const hasListeners = (home: string, plugin: ListenerPlugin): boolean => linkTarget(placesIn(home, plugin).enabled) === targetOf(plugin);

/** Whether the home has the listeners of this very list. */
export function hasListenersOf(home: string, plugin: ListenerPlugin, triggers: readonly string[]): boolean {
  return hasListeners(home, plugin) && linkTarget(placesIn(home, plugin).core) === `../${plugin.folder}/${idOf(linksFor(plugin, triggers))}`;
}

/**
 * Has the home listen to triggers, and to no others.
 * @throws UserError when something else has the plugin's name
 */
export function placeListeners(home: string, plugin: ListenerPlugin, triggers: readonly string[]): void {
  const { folders, core, enabled } = placesIn(home, plugin);
  if (linkTarget(enabled) === undefined && somethingAt(enabled)) {
    throw new UserError('in-the-way', `${enabled} is in the way of ${plugin.what}`, { hint: 'take it away' });
  }
  const links = linksFor(plugin, triggers);
  const id = idOf(links);
  const folder = join(folders, id);
  if (!somethingAt(folder)) {
    makeWholeFolder(folder, (made) => {
      for (const [name, target] of links) symlinkSync(target, join(made, name));
    });
  }
  placeLink(core, `../${plugin.folder}/${id}`);
  placeLink(enabled, targetOf(plugin));
  removeOthers(folders, id);
}

/** Ends the listening; what is no link stays. */
export function removeListeners(home: string, plugin: ListenerPlugin): void {
  const { folders, core, enabled } = placesIn(home, plugin);
  removeLink(enabled);
  removeLink(core);
  removeOthers(folders, undefined);
  removeEmpty(folders);
}

function linksFor({ program, manifest }: ListenerPlugin, triggers: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...triggers.map((trigger) => [trigger, program] as const), ['plugin.toml', manifest]]);
}

const idOf = (links: ReadonlyMap<string, string>): string =>
  createHash('sha256')
    .update(JSON.stringify([...links]))
    .digest('hex')
    .slice(0, 16);

/** Removes the folders of earlier lists, and what a command that is gone left of one. */
function removeOthers(folders: string, id: string | undefined): void {
  if (!lstatSync(folders, { throwIfNoEntry: false })) return;
  for (const name of readdirSync(folders)) {
    const maker = /^\.tmp-(\d+)-/.exec(name)?.[1];
    if (name !== id && (maker === undefined || !identify(Number(maker)))) removeTree(join(folders, name));
  }
}

/** Removes the folder around them, unless another command has begun to make one meanwhile. */
function removeEmpty(folders: string): void {
  try {
    rmdirSync(folders);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY'].includes(errnoOf(error) ?? '')) throw error;
  }
}
