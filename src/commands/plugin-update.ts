import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isUserError, UserError } from '../errors.ts';
import { installedPlugins, isEnabled } from '../plugins/installed.ts';
import { isCore, isFile } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import { gitFacts } from '../sources/git-facts.ts';
import type { Source, SourceRequest } from '../sources/source.ts';
import { stage } from '../sources/stage.ts';
import { carryOut, refuseNested } from '../store/change.ts';
import { checkedVersion, planPlacing } from '../store/plan-change.ts';
import { currentReceipt } from '../store/receipts.ts';
import { changingPlugins } from '../store/recover.ts';
import { storePaths } from '../store/store-paths.ts';
import { makeStaging, removeStaging } from '../store/switch.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { logInfo, logWarn, print } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';
import { stageOptions } from './stage-options.ts';

/** Brings plugins to what their source holds now, or to a branch, tag or commit (contract dokku §2.2, §3 `plugin:update`). */
export async function run(context: CommandContext): Promise<number> {
  const { layout, args, options } = context;
  refuseNested(context.env);
  const [name, committish] = args;
  if (name !== undefined) {
    if (options.all) throw new UserError('BAD_USAGE', '--all and the name of a plugin exclude each other');
    return updateOne(context, name, committish);
  }
  const names = installedPlugins(layout).plugins.filter((plugin) => plugin.enabled && !isCore(layout, plugin.name));
  const failed: string[] = [];
  for (const plugin of names) {
    try {
      await updateOne(context, plugin.name, undefined);
    } catch (error) {
      if (!isUserError(error)) throw error;
      logWarn(error.hint ? `${error.message}; ${error.hint}` : error.message);
      failed.push(plugin.name);
    }
  }
  if (failed.length > 0) throw new UserError('REFUSED', `${failed.length} of ${names.length} plugins were not updated: ${failed.join(', ')}`);
  return 0;
}

async function updateOne({ layout, env, options }: CommandContext, name: string, committish: string | undefined): Promise<number> {
  if (!isPluginName(name)) throw new UserError('REFUSED', 'Invalid plugin name specified');
  if (isCore(layout, name))
    throw new UserError(
      'REFUSED',
      `Cannot trigger plugin:update against core plugin, please update ${layout.brand === 'dokku' ? 'Dokku' : layout.brand} instead`,
    );
  if (!isEnabled(layout, name)) throw new UserError('REFUSED', 'Specified plugin not enabled or installed');
  const available = join(layout.available, name);
  const source = currentReceipt(storePaths(layout.pluginPath), name)?.source ?? (await sourceByHand(available));
  const request = requestFor(await withOwnCredentials(source, available), committish);
  if (typeof request === 'string') {
    print(`Plugin (${name}) ${request}`);
    return 0;
  }
  const staging = makeStaging(layout);
  try {
    const how = stageOptions(layout, name);
    const reference = existsSync(join(available, '.git')) ? available : undefined;
    const staged = await stage(request, staging, { ...how, reference }).finally(how.end);
    const version = checkedVersion(withoutSecrets(request.source), staged.tree);
    return await changingPlugins(layout, logWarn, async () => {
      const current = currentReceipt(storePaths(layout.pluginPath), name);
      const change = planPlacing(layout, name, version, staged);
      if (current && current.sourceHash === staged.hash && sameCommit(current.source, staged.source)) {
        print(`Plugin (${name}) is up to date`);
        return 0;
      }
      const hooks = ['install', 'update'].filter((hook) => isFile(join(staged.tree, hook))).map((hook) => ({ hook, argv: [] }));
      if (options.dryRun) {
        print(
          [`would update ${name} from ${current?.version || 'what is there'} to ${version}`, ...hooks.map(({ hook }) => `would run its ${hook} hook`)].join(
            '\n',
          ),
        );
        return 0;
      }
      await carryOut(layout, change, { hooks, say: logWarn }, env);
      logInfo(`Plugin (${name}) updated${committish === undefined ? '' : ` and pinned to ${committish}`}`);
      return 0;
    });
  } finally {
    removeStaging(staging);
  }
}

const sameCommit = (a: Source, b: Source): boolean => a.kind !== 'git' || (b.kind === 'git' && a.commit === b.commit && a.committish === b.committish);

/** A clone that somebody put there: where it came from is known to git. */
async function sourceByHand(directory: string): Promise<Source> {
  if (!existsSync(join(directory, '.git'))) return { kind: 'unknown' };
  const { url, commit, branch } = await gitFacts(directory);
  return url ? { kind: 'git', url, commit, pinned: branch === '', ...(branch ? { committish: branch } : {}) } : { kind: 'unknown' };
}

/** The receipt keeps no credentials; the clone's own configuration may. */
async function withOwnCredentials(source: Source, directory: string): Promise<Source> {
  if (source.kind !== 'git' || !existsSync(join(directory, '.git'))) return source;
  const { url } = await gitFacts(directory);
  return withoutSecrets(url) === source.url ? { ...source, url } : source;
}

/** What to stage for an update, or why there is nothing to do. */
function requestFor(source: Source, committish: string | undefined): SourceRequest | string {
  switch (source.kind) {
    case 'git':
      if (committish === undefined && source.pinned) return `pinned to ${source.committish ?? source.commit}; name a branch to follow it`;
      return {
        source: source.url,
        committish: committish ?? (source.version === undefined ? source.committish : undefined),
        version: committish === undefined ? source.version : undefined,
        link: false,
      };
    case 'archive':
      if (committish !== undefined) throw new UserError('BAD_USAGE', `The plugin comes from the archive ${source.url}, which has no "${committish}"`);
      return { source: source.url, link: false };
    case 'directory':
      if (committish !== undefined) throw new UserError('BAD_USAGE', `The plugin comes from the directory ${source.path}, which has no "${committish}"`);
      return { source: source.path, link: false };
    case 'link':
      return `is a link to ${source.path}, which is always up to date`;
    case 'unknown':
      return 'not managed by git';
  }
}
