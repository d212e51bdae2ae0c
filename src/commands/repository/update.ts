import { UserError } from '../../errors.ts';
import { copyWorld } from '../../repositories/copies.ts';
import { configuredRepositories, type RepositorySettings, repositoryNamed } from '../../repositories/settings.ts';
import { updateRepositories } from '../../repositories/update.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { listenOnTerminal } from '../fetch-listener.ts';
import { indexGetters, signerOf } from '../plugin/opened-catalogues.ts';
import { updateFacts, updateLines } from './report.ts';

/** Fetches the indexes of repositories, whatever the age of their copies. A failure keeps its copy, and the others go on. */
export async function run({ layout, env, args, options, warn }: CommandContext<'repository:update'>): Promise<Outcome> {
  const all = configuredRepositories(layout.home);
  const wanted: readonly RepositorySettings[] = args.length === 0 ? all : [...new Set(args)].map((name) => repositoryNamed(name, all, layout.brand));
  const world = copyWorld(layout, {
    warn,
    env,
    listen: listenOnTerminal,
    signerOf: signerOf(layout.home),
    getters: indexGetters(layout, env),
    acceptOlder: options.acceptOlder,
  });
  const updated = await updateRepositories(wanted, world);
  const failed = updated.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  return {
    data: updated.map(updateFacts),
    lines: () => (updated.length === 0 ? [{ info: 'No repositories to update' }] : updated.flatMap(updateLines)),
    ...(failed.length > 0 ? { failure: new UserError('some-failed', `${failed.length} of ${updated.length} not updated: ${failed.join(', ')}`) } : {}),
  };
}
