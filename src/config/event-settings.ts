import { UserError } from '../errors.ts';
import type { CommandEvents } from '../home/environment.ts';
import { readDuration } from '../system/duration.ts';
import { settingsPath, settingsTable } from './settings.ts';

/** `[events]` of tool.toml, as far as it is about triggers and commands. */
export interface EventSettings {
  /** Whether each command that is run becomes an event, and with its arguments. */
  readonly commands: CommandEvents;
  /** Triggers that become events. */
  readonly fromTriggers: readonly string[];
  /** Which trigger is fired for events of a filter. */
  readonly toTriggers: readonly { readonly filter: string; readonly trigger: string }[];
  /** How long such a trigger may take, in milliseconds. */
  readonly triggerMs: number;
}

export const NO_EVENT_SETTINGS: EventSettings = { commands: 'none', fromTriggers: [], toTriggers: [], triggerMs: 60_000 };

const EXAMPLES = { commands: 'commands = true', from_triggers: 'from_triggers = ["post-deploy"]', to_triggers: '"plugins.crashed.*" = "on-crash"' };

/** What else may stand in a plugin's directory: a listener of that name would be a command, a guard, or a manifest. */
const NO_TRIGGERS = new Set(['bare', 'commands', 'provider', 'subcommands', 'user-auth', 'user-auth-app']);
const isTrigger = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_-]{0,127}$/.test(value);

/**
 * What a home's tool.toml says of events.
 * @throws UserError when the file cannot be read or understood, or a value is not one of those that can be had
 */
export function eventSettings(home: string): EventSettings {
  const table = settingsTable(home, 'events', EXAMPLES.from_triggers);
  const bad = (name: string, what: string, hint: string): UserError =>
    new UserError('bad-settings', `"${name}" under [events] in ${settingsPath(home)} ${what}`, { hint });
  const {
    commands = false,
    command_arguments: withArguments = false,
    from_triggers: from = [],
    to_triggers: to = {},
    trigger_timeout: timeout = '60s',
  } = table;
  if (typeof commands !== 'boolean') throw bad('commands', 'is neither true nor false', `write ${EXAMPLES.commands}`);
  if (typeof withArguments !== 'boolean') throw bad('command_arguments', 'is neither true nor false', 'write command_arguments = true');
  if (!Array.isArray(from)) throw bad('from_triggers', 'is no list', `write ${EXAMPLES.from_triggers}`);
  for (const trigger of from) {
    if (!isTrigger(trigger)) throw bad('from_triggers', `has ${JSON.stringify(trigger)}, which is no name of a trigger`, `write ${EXAMPLES.from_triggers}`);
    if (NO_TRIGGERS.has(trigger))
      throw bad('from_triggers', `has ${trigger}, which is asked for an answer`, `for events of commands write ${EXAMPLES.commands}`);
  }
  const isTable = typeof to === 'object' && to !== null && !Array.isArray(to) && !(to instanceof Date);
  if (!isTable) throw bad('to_triggers', 'is no table', `write [events.to_triggers] and lines like ${EXAMPLES.to_triggers}`);
  const toTriggers = Object.entries(to).map(([filter, trigger]) => {
    if (isTrigger(trigger) && !NO_TRIGGERS.has(trigger)) return { filter, trigger };
    throw bad('to_triggers', `has "${filter}" without the name of a trigger`, `write ${EXAMPLES.to_triggers}`);
  });
  const triggerMs = readDuration(timeout);
  if (triggerMs === undefined || triggerMs === 0) throw bad('trigger_timeout', 'is no duration', 'write it like "30s" or "5m"');
  return { commands: commands ? (withArguments ? 'arguments' : 'names') : 'none', fromTriggers: from, toTriggers, triggerMs };
}
