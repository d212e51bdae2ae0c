import { join } from 'node:path';
import { LISTENERS } from '../home/core-names.ts';
import { isFile, type Layout, namesIn } from '../home/layout.ts';
import { isPluginName } from '../home/names.ts';

/** An enabled plugin's file for a trigger, whether it is there or not. */
export interface Place {
  readonly plugin: string;
  readonly file: string;
}

/** Where each enabled plugin would have its hook for a trigger, in the order in which they are asked: by the bytes of their names (contract dokku §2.1). */
export const placesFor = (pluginPath: string, trigger: string): Place[] =>
  namesIn(join(pluginPath, 'enabled')).map((plugin) => ({ plugin, file: join(pluginPath, 'enabled', plugin, trigger) }));

/** The enabled plugins that listen to a trigger, in the order in which they are asked. */
export const listenersOf = (pluginPath: string, trigger: string): string[] =>
  placesFor(pluginPath, trigger)
    .filter(({ plugin, file }) => isPluginName(plugin) && isFile(file))
    .map(({ plugin }) => plugin);

/** The plugins that write down what happens and are asked for nothing. */
const EVENT_LOG = new Set([...LISTENERS, 'events']);

/** Enabled plugins whose `user-auth` is asked before a command; the events plugin's alone only listens (contract dokku §1.9). */
export const guardsOf = ({ pluginPath }: Layout): string[] =>
  placesFor(pluginPath, 'user-auth')
    .filter(({ plugin, file }) => !EVENT_LOG.has(plugin) && isFile(file))
    .map(({ plugin }) => plugin);
