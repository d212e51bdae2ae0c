import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, rmdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { diskCode, errnoOf, UserError } from '../errors.ts';
import { linkTarget, placeLink, removeLink, somethingAt } from '../system/links.ts';
import { needLinux } from '../system/linux.ts';
import { identify } from '../system/processes.ts';
import { removeTree } from '../system/remove-tree.ts';
import { useStoreModes } from '../system/store-modes.ts';
import { makeWholeFolder } from '../system/whole-folder.ts';
import { type Environment, readLayout } from './layout.ts';

/**
 * The listeners of the event log in a home. A trigger is heard by whoever has a file of its name, so the log has a folder with a link for each trigger in
 * the list of the core plugin `events`, all to one program:
 *
 *   plugins/enabled/20_events → ../../core-plugins/enabled/20_events → ../event-log/ID       on while the first is there; the second makes it core
 *   core-plugins/event-log/ID/TRIGGER → ../../available/events/internal/listener              ID is a hash of the list
 *
 * A folder is made whole under another name, and a list that has changed is one link that is replaced: no trigger goes unheard in between.
 */
const NAME = '20_events';
const EVENTS = '../../available/events';

/** A folder of listeners as it is to be: its name, and what its links are. */
interface Listeners {
  readonly id: string;
  readonly links: ReadonlyMap<string, string>;
}

const placesIn = (home: string) => ({
  list: join(home, 'core-plugins/available/events/triggers'),
  folders: join(home, 'core-plugins/event-log'),
  core: join(home, 'core-plugins/enabled', NAME),
  enabled: join(home, 'plugins/enabled', NAME),
});

/**
 * Turns the listeners of the home that a process runs in `on` or `off`, as plugins/events asks for it.
 * @throws UserError when something else has their name, or the home may not be written
 */
export function turnEventLog(to: string | undefined, env: Environment): void {
  const { home } = readLayout(env);
  whereWritable(home, () => (to === 'on' ? placeEventLog(home) : removeEventLog(home)));
}

/**
 * Turns the listeners on, or brings them to the list.
 * @throws UserError when something else has their name
 */
function placeEventLog(home: string): void {
  const { list, folders, core, enabled } = placesIn(home);
  if (linkTarget(enabled) === undefined && somethingAt(enabled)) {
    throw new UserError('in-the-way', `${enabled} is in the way of the event log`, { hint: 'take it away' });
  }
  const listeners = planListeners(readFileSync(list, 'utf8'));
  makeFolder(folders, listeners);
  placeLink(core, `../event-log/${listeners.id}`);
  placeLink(enabled, `../../core-plugins/enabled/${NAME}`);
  removeOthers(folders, listeners.id);
}

/** Turns the listeners off; what is no link stays. */
function removeEventLog(home: string): void {
  const { folders, core, enabled } = placesIn(home);
  removeLink(enabled);
  removeLink(core);
  removeOthers(folders, undefined);
  removeEmpty(folders);
}

/** Brings listeners that are on to the list of this package: those of an earlier version were in a folder of the package. */
export function mendEventLog(home: string): void {
  const { list, core, enabled } = placesIn(home);
  const target = linkTarget(enabled);
  const isOfEarlier = target?.endsWith('/core-plugins/available/events/triggers') ?? false;
  if (!isOfEarlier && target !== `../../core-plugins/enabled/${NAME}`) return;
  if (!lstatSync(list, { throwIfNoEntry: false })) removeEventLog(home);
  else if (linkTarget(core) !== `../event-log/${planListeners(readFileSync(list, 'utf8')).id}` || isOfEarlier) placeEventLog(home);
}

function planListeners(list: string): Listeners {
  const triggers = list.split('\n').filter((line) => /^[a-z][a-z0-9-]*$/.test(line));
  const links = new Map(triggers.map((trigger) => [trigger, `${EVENTS}/internal/listener`]));
  links.set('plugin.toml', `${EVENTS}/internal/plugin.toml`);
  return {
    id: createHash('sha256')
      .update(JSON.stringify([...links]))
      .digest('hex')
      .slice(0, 16),
    links,
  };
}

function makeFolder(folders: string, { id, links }: Listeners): void {
  const folder = join(folders, id);
  if (somethingAt(folder)) return;
  makeWholeFolder(folder, (made) => {
    for (const [name, target] of links) symlinkSync(target, join(made, name));
  });
}

/** Removes the folders of earlier lists, and what a command that is gone left of one. */
function removeOthers(folders: string, id: string | undefined): void {
  if (!somethingAt(folders)) return;
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

function whereWritable(home: string, change: () => void): void {
  needLinux();
  useStoreModes();
  try {
    change();
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) throw error;
    throw new UserError(diskCode(error), `The event log of ${home} cannot be changed (${code})`, {
      hint: 'run this as the user that owns the home',
      cause: error,
    });
  }
}
