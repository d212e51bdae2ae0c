import { readExternal, readInternal } from '../../addons/gather-offers.ts';
import { hostVersion } from '../../addons/host-version.ts';
import { ServedVersions, supportedFor } from '../../addons/served-versions.ts';
import { serveVersions } from '../../addons/versions-server.ts';
import { errorLine, isUserError } from '../../errors.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { listenOnTerminal } from '../fetch-listener.ts';
import { DEFAULT_HOST, portOf, serveHere, whenChanged } from '../serving.ts';
import { orderOf } from './offered.ts';

/** How long what was read is used: as long as kURL's API waits between two looks at the registry. */
const FRESH_MS = 5 * 60_000;

/** Serves the versions of add-ons over HTTP until a signal comes. */
export async function run(context: CommandContext<'addon:serve'>): Promise<Outcome> {
  const { layout, env, options, warn } = context;
  const { registry, bucketUrl, supported, host = DEFAULT_HOST } = options;
  const version = hostVersion({ asked: options.hostVersion, home: layout.home });
  const told = whenChanged(warn);
  const reading = { env, listen: listenOnTerminal, offline: options.offline, refresh: options.refresh };
  if (supported !== undefined) supportedFor(supported, version);
  const versions = new ServedVersions({
    external: () => readExternal({ registry, bucketUrl, supported, isLasting: true }, layout, told, async () => reading),
    internal: (wanted) => readInternal(supported === undefined ? undefined : supportedFor(supported, wanted)),
    order: orderOf(options.order),
    freshMs: FRESH_MS,
    onStale: (error) => told(`What was read before is served on: ${isUserError(error) ? errorLine(error) : String(error)}`),
  });
  // What cannot be read at all is told before anybody asks.
  await versions.for(version);
  return serveHere(context, {
    host,
    readable: 'which versions there are',
    listen: (onRequest) => serveVersions({ host, port: portOf(options.port), hostVersion: version, versions, onRequest, onProblem: told }),
    opening: (url) => [{ info: `Serving ${url}/installer for ${version}, until Ctrl-C` }],
  });
}
