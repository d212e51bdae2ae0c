import type { StageListener } from '../../sources/kind.ts';
import type { PlacingWorld } from '../../store/place-plugin.ts';
import type { CommandContext } from '../command.ts';
import { stageOptions } from './stage-options.ts';
import { trustFlags } from './trust-flags.ts';

export type PlacingContext = CommandContext<'plugin:install'> | CommandContext<'plugin:update'> | CommandContext<'plugin:sync'>;

/** The world that a command puts a plugin into. @param also what else listens to how it comes */
export function placingWorld(context: PlacingContext, name: string, also: Pick<StageListener, 'onPassedOver'> = {}): PlacingWorld {
  const { layout, env, options, warn, progress, hookStdout } = context;
  const { verify, acceptSigner } = trustFlags({ verify: undefined, ...options });
  const { limits, listener, plainHttp, trust, getters } = stageOptions(layout, name, warn, verify);
  return {
    layout,
    env,
    warn,
    hookStdout,
    asksGuard: options.skipGuardCheck !== true,
    onCoreCalls: async (plugin, calls) => (await import('./offer-core.ts')).offerCore(context, plugin, calls),
    limits,
    plainHttp,
    trust,
    getters,
    acceptsSigner: acceptSigner,
    grantHosts: async (hosts, allowed) => (await import('./grant-hosts.ts')).grantHosts(context, name, hosts, allowed),
    listener: { ...listener, ...also, onChosen: (line) => progress({ info: line }) },
    catalogues: async () => (await import('./opened-catalogues.ts')).cataloguesOf(context)(),
  };
}
