import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Layout } from '../../home/layout.ts';
import { openTrust } from '../../provenance/trust.ts';
import { archiveFormat } from '../../sources/archive/format.ts';
import { type Placed, type Placing, placePlugin } from '../../store/place-plugin.ts';
import { logWarn } from '../../terminal/log.ts';
import { stageOptions } from '../plugin/stage-options.ts';
import type { PlugnContext } from './command.ts';

/** The name without one given: the last segment up to its first dot (contract dokku §2.2). */
export const plugnDefaultName = (url: string): string =>
  url
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .split(/[/:]/)
    .at(-1)
    ?.split('.')[0] ?? '';

/** plugn knows no directories: a path is a repository's, which git clones. */
export const repositoryUrl = (given: string): string => (existsSync(given) && !archiveFormat(given) ? pathToFileURL(resolve(given)).href : given);

type PlugnPlacing = Pick<Placing, 'standing' | 'isWanted' | 'nameHint' | 'onUnavailable'> & {
  /** Where it cannot be told from the address, it is told by the one folder of the archive. */
  readonly name: string | ((folder: string | undefined) => string);
  readonly request: Omit<Placing['request'], 'link'>;
};

/** The home whose plugins these are: outside tool, the one that the plugin root stands in, so that plugn is no way around what that says of signatures. */
const homeAround = ({ home, pluginPath, coreEnabled }: Layout): string => (home === pluginPath && existsSync(coreEnabled) ? dirname(pluginPath) : home);

/** Puts a plugin in place as tool does, but for what plugn does not do: no hook runs, nothing new is enabled, and plugin.toml is not needed. */
export function placeForPlugn({ layout, env }: PlugnContext, { name, ...given }: PlugnPlacing): Promise<Placed> {
  const request = { ...given.request, link: false };
  const placingAs = (known: string): Placing => ({
    ...given,
    name: known,
    request,
    hooks: [],
    enabledWhenNew: false,
    needsManifest: false,
    dryRun: false,
  });
  const world = {
    layout,
    env,
    warn: logWarn,
    ...stageOptions(layout, typeof name === 'string' ? name : 'plugin', logWarn),
    trust: openTrust(homeAround(layout)),
  };
  return placePlugin(world, typeof name === 'string' ? placingAs(name) : { ...given, request, named: ({ folder }) => placingAs(name(folder)) });
}
