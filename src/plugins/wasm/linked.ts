import type { AdaptedModules } from './adapt-modules.ts';
import { askedRuntime } from './asked-runtime.ts';
import { MODULE_ENDING } from './module-file.ts';
import { unheardTriggers } from './modules.ts';
import type { WasmPolicy } from './policy.ts';

/** The triggers that say who may do what: with one that is not heard, everybody may. */
const GUARDS: ReadonlySet<string> = new Set(['user-auth', 'user-auth-app']);

/** Why a plugin that nothing is written to cannot be enabled: a guard of its that is a module would never be asked. Undefined where it can. */
export function unaskedGuard(tree: string): string | undefined {
  const guard = unheardTriggers(tree).find((trigger) => GUARDS.has(trigger));
  return guard === undefined
    ? undefined
    : `its guard ${guard}${MODULE_ENDING} would never be asked, as nothing is written to a directory that is linked; install a copy`;
}

/**
 * Looks at the modules of a plugin that is to be linked.
 * @param grant which of the hosts that it asks for it may ask
 * @returns those hosts, or the one line that says why it cannot be linked
 * @throws what `grant` does
 */
export async function linkedHosts(tree: string, grant: (hosts: readonly string[]) => Promise<readonly string[]>): Promise<AdaptedModules> {
  const { asked, problem } = askedRuntime(tree);
  if (asked === undefined) return { problem };
  const unasked = unaskedGuard(tree);
  return unasked === undefined ? { hosts: await grant(asked.hosts) } : { problem: unasked };
}

/**
 * What the modules of a plugin that nothing is written to are granted: what its plugin.toml asks for now, and of the hosts those that were allowed when it was linked.
 * @param allowed those hosts; none of a plugin that was put there by hand
 * @returns also the hosts that are missing, or the one line that says what is wrong with plugin.toml
 */
export function linkedPolicy(
  tree: string,
  allowed: readonly string[],
):
  | { readonly policy: WasmPolicy; readonly missing: readonly string[]; readonly problem?: undefined }
  | { readonly policy?: undefined; readonly missing?: undefined; readonly problem: string } {
  const { asked, problem } = askedRuntime(tree);
  if (asked === undefined) return { problem };
  const isAllowed = (host: string): boolean => allowed.includes(host);
  return {
    policy: { manifest: 'plugin.toml', ...asked, hosts: asked.hosts.filter(isAllowed) },
    missing: asked.hosts.filter((host) => !isAllowed(host)),
  };
}
