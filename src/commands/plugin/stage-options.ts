import { settingsTable } from '../../config/settings.ts';
import { UserError } from '../../errors.ts';
import type { Layout } from '../../home/layout.ts';
import { depthLimit } from '../../plugins/depth-limit.ts';
import { openTrust } from '../../provenance/trust.ts';
import { plainHttpRegistries } from '../../registries/settings.ts';
import { gettersOf } from '../../runtimes/getters.ts';
import { type ArchiveLimits, DEFAULT_LIMITS } from '../../sources/archive/policy.ts';
import type { StageOptions } from '../../sources/stage.ts';
import { fetchProgress } from '../../terminal/progress.ts';

/**
 * How a source is staged: within the limits of tool.toml, by whom it trusts, and told of on the terminal.
 * @param verify what `--verify` says
 */
export function stageOptions(layout: Layout, name: string, warn: (text: string) => void, verify?: boolean): StageOptions {
  const { home } = layout;
  const listener = { onRetry: (reason: string, seconds: number) => warn(`Trying again in ${seconds} s: ${reason}`), onNote: warn };
  return {
    limits: archiveLimits(home),
    listener: { ...fetchProgress(name), ...listener },
    plainHttp: () => plainHttpRegistries(home),
    trust: openTrust(home, verify),
    getters: gettersOf(layout, process.env),
  };
}

/** `[archives]` and `[limits]` of tool.toml over the defaults. @throws UserError for what is no limit */
export function archiveLimits(home: string): ArchiveLimits {
  const table = settingsTable(home, 'archives', 'ratio = 200');
  const limit = (key: Exclude<keyof ArchiveLimits, 'depth'>): number => {
    const value = table[key] ?? DEFAULT_LIMITS[key];
    if (typeof value === 'number' && value > 0) return value;
    throw new UserError('bad-settings', `"${key}" under [archives] in tool.toml is not a number above 0`, { hint: `its default is ${DEFAULT_LIMITS[key]}` });
  };
  return { entries: limit('entries'), bytes: limit('bytes'), ratio: limit('ratio'), depth: depthLimit(home) };
}
