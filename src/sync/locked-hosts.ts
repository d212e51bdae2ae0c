import { UserError } from '../errors.ts';
import type { GrantHosts } from '../sources/stage.ts';
import type { PlacingWorld } from '../store/place-plugin.ts';
import { harmlessLine } from '../system/harmless.ts';
import type { LockedPlugin } from './lockfile.ts';

/** Grants the hosts that a lock has without a question; where it is frozen, no others. */
export const grantingAs =
  (locked: LockedPlugin, frozen: boolean, { grantHosts, layout }: PlacingWorld): GrantHosts =>
  async (hosts) => {
    if (frozen) refuseOtherHosts(locked, hosts, layout.brand);
    return grantHosts?.(hosts, locked.allow) ?? [];
  };

/** @throws UserError where modules may ask, or ask for, hosts that a lock does not have */
export function refuseOtherHosts({ name, allow = [] }: LockedPlugin, hosts: readonly string[], brand: string): void {
  const missing = hosts.filter((host) => !allow.includes(host));
  if (missing.length === 0) return;
  throw new UserError('hosts-not-allowed', `The WASM modules of ${name} ask for HTTP to ${harmlessLine(missing.join(', '))}, which tool.lock does not allow`, {
    hint: `to allow it, run \`${brand} plugin:sync\` without --frozen, and \`${brand} plugin:lock\``,
  });
}
