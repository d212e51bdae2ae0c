import { settingsPath, settingsTable } from '../../config/settings.ts';
import { UserError } from '../../errors.ts';
import { readDuration } from '../../system/duration.ts';

/** How long the supervisor waits for what, in milliseconds. */
export interface ServeSettings {
  /** From the start of a program to its READY!. */
  readonly startMs: number;
  readonly configMs: number;
  /** For actions under way, before an instance is stopped. */
  readonly drainMs: number;
  /** For each step of stopping: the request, SIGTERM. */
  readonly stopMs: number;
  /** Between two looks at the socket of an instance. */
  readonly healthMs: number;
  /** Before the first start anew of what crashed; it doubles from there. */
  readonly restartMs: number;
  /** For an action, unless it is told otherwise. */
  readonly actionMs: number;
}

const DEFAULTS: ServeSettings = { startMs: 30_000, configMs: 60_000, drainMs: 30_000, stopMs: 5_000, healthMs: 15_000, restartMs: 1_000, actionMs: 300_000 };

const NAMES: ReadonlyMap<string, keyof ServeSettings> = new Map([
  ['start_timeout', 'startMs'],
  ['config_timeout', 'configMs'],
  ['drain_timeout', 'drainMs'],
  ['stop_timeout', 'stopMs'],
  ['health_interval', 'healthMs'],
  ['restart_delay', 'restartMs'],
  ['action_timeout', 'actionMs'],
]);

/**
 * Reads `[serve]` of a home's tool.toml.
 * @throws UserError for what is no setting, or no duration
 */
export function serveSettings(home: string): ServeSettings {
  const settings: Record<string, number> = { ...DEFAULTS };
  for (const [name, value] of Object.entries(settingsTable(home, 'serve', 'start_timeout = "30s"'))) {
    const field = NAMES.get(name);
    const milliseconds = readDuration(value);
    if (field === undefined)
      throw new UserError('bad-settings', `[serve] in ${settingsPath(home)} has "${name}", which is no setting`, {
        hint: `there are ${[...NAMES.keys()].join(', ')}`,
      });
    if (milliseconds === undefined)
      throw new UserError('bad-settings', `${name} of [serve] in ${settingsPath(home)} is no duration`, { hint: 'write it like "30s" or "5m"' });
    settings[field] = milliseconds;
  }
  return settings as unknown as ServeSettings;
}
