import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { UserError } from '../../errors.ts';
import { gitFor } from '../../git/command.ts';
import { gitFailure } from '../../git/words.ts';
import type { Clone } from './clone.ts';

const DEEPEST = 10;

/**
 * Brings the submodules of a clone as its commit names them, and theirs. None comes by a program that its address names, and from this machine only
 * for a repository that came from here itself.
 * @throws UserError naming the submodule that cannot be had
 */
export async function bringSubmodules({ tree, url, shown }: Clone): Promise<void> {
  const scratch = dirname(tree);
  const bring = async (at: string, from: string, depth: number): Promise<void> => {
    if (!existsSync(join(at, '.gitmodules'))) return;
    if (depth > DEEPEST) throw new UserError('source-refused', `The submodules of ${shown} are nested more than ${DEEPEST} deep`);
    const local = /^file:/i.test(from);
    const git = gitFor(scratch, url, protocols(local));
    const rules = ['-c', 'protocol.ext.allow=never', '-c', `protocol.file.allow=${local ? 'always' : 'never'}`];
    const done = await git(...rules, '-C', at, 'submodule', '--quiet', 'update', '--init', '--checkout');
    if (done.status !== 0) {
      const named = /submodule path '([^']+)'|^Failed to clone '([^']+)'/m.exec(done.stderr);
      const path = named?.[1] ?? named?.[2];
      const which = path === undefined ? 'a submodule' : `the submodule ${relative(tree, join(path.startsWith('/') ? '' : at, path))}`;
      throw gitFailure(`Cannot bring ${which} of ${shown}`, url, done);
    }
    const index = await git('-C', at, 'ls-files', '--stage', '-z');
    for (const entry of index.stdout.split('\0').filter((line) => line.startsWith('160000 '))) {
      const inner = join(at, entry.slice(entry.indexOf('\t') + 1));
      if (existsSync(join(inner, '.gitmodules'))) {
        const { stdout } = await git('-C', inner, 'config', '--local', '--get', 'remote.origin.url');
        await bring(inner, stdout.trim(), depth + 1);
      }
    }
  };
  await bring(tree, url, 1);
}

/** No user typed a submodule's address. Who allows protocols by the environment allows these two to nobody else's addresses. */
function protocols(local: boolean): Record<string, string> {
  const allowed = process.env.GIT_ALLOW_PROTOCOL?.split(':').filter((protocol) => protocol !== 'ext' && (local || protocol !== 'file'));
  return { GIT_PROTOCOL_FROM_USER: '0', ...(allowed ? { GIT_ALLOW_PROTOCOL: allowed.join(':') } : {}) };
}
