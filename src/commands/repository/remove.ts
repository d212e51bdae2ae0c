import { UserError } from '../../errors.ts';
import { cachePaths, cacheRoot } from '../../repositories/cache-paths.ts';
import { withoutRepository, writeSettings } from '../../repositories/edit-settings.ts';
import { configuredNames, refuseUnknown } from '../../repositories/settings.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { removeTree } from '../../system/remove-tree.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { changed, planned } from '../plugin/change-outcome.ts';
import { usersOf } from './users-of.ts';

/** Removes a repository from tool.toml, and the copy of its index; not while plugins come from it, unless forced (contract registry §7.15). */
export async function run({ layout, env, args: [name], options, warn }: CommandContext<'repository:remove'>): Promise<Outcome> {
  refuseNested(env);
  refuseUnknown(name, configuredNames(layout.home), layout.brand);
  const check = (): void => {
    const { installed, declared } = usersOf(layout, name);
    const users = [
      ...(installed.length > 0 ? [`installed: ${installed.join(', ')}`] : []),
      ...(declared.length > 0 ? [`in tool.toml: ${declared.join(', ')}`] : []),
    ];
    if (users.length === 0) return;
    if (env.DOKKU_APPS_FORCE_DELETE !== '1')
      throw new UserError('repository-in-use', `The repository ${name} is in use (${users.join('; ')})`, { hint: 'remove these first, or use --force' });
    warn(`The repository ${name} is in use (${users.join('; ')}); these plugins can no longer be updated`);
  };
  check();
  const { folder } = cachePaths(cacheRoot(layout), name);
  if (options.dryRun) {
    withoutRepository(layout.home, name);
    return planned(name, [`remove the repository ${name} from tool.toml`, `remove ${folder}`]);
  }
  return withStoreMutex(layout, warn, async () => {
    writeSettings(withoutRepository(layout.home, name));
    removeTree(folder);
    return changed({ name, changed: true }, `Repository ${name} removed`);
  });
}
