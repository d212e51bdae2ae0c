import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskCode, errnoOf, UserError } from '../errors.ts';
import { linkTarget } from '../system/links.ts';
import { needLinux } from '../system/linux.ts';
import { useStoreModes } from '../system/store-modes.ts';
import { type Environment, readLayout } from './layout.ts';
import { hasListeners, hasListenersOf, type ListenerPlugin, placeListeners, removeListeners } from './listener-folder.ts';

/** The listeners of the event log in a home: of the triggers in the list of the core plugin `events`. */
const LOG: ListenerPlugin = {
  name: '20_events',
  folder: 'event-log',
  what: 'the event log',
  program: '../../available/events/internal/listener',
  manifest: '../../available/events/internal/plugin.toml',
};

const listIn = (home: string): string => join(home, 'core-plugins/available/events/triggers');

/**
 * Turns the listeners of the home that a process runs in `on` or `off`, as plugins/events asks for it.
 * @throws UserError when something else has their name, or the home may not be written
 */
export function turnEventLog(to: string | undefined, env: Environment): void {
  const { home } = readLayout(env);
  whereWritable(home, () => (to === 'on' ? placeListeners(home, LOG, triggersOf(home)) : removeListeners(home, LOG)));
}

/** Brings listeners that are on to the list of this package: those of an earlier version were in a folder of the package. */
export function mendEventLog(home: string): void {
  const target = linkTarget(join(home, 'plugins/enabled', LOG.name));
  const isOfEarlier = target?.endsWith('/core-plugins/available/events/triggers') ?? false;
  if (!isOfEarlier && !hasListeners(home, LOG)) return;
  if (!lstatSync(listIn(home), { throwIfNoEntry: false })) removeListeners(home, LOG);
  else if (isOfEarlier || !hasListenersOf(home, LOG, triggersOf(home))) placeListeners(home, LOG, triggersOf(home));
}

const triggersOf = (home: string): string[] =>
  readFileSync(listIn(home), 'utf8')
    .split('\n')
    .filter((line) => /^[a-z][a-z0-9-]*$/.test(line));

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
