import { addonIn } from '../../publishing/addons/open-addon.ts';
import { planPackage } from '../../publishing/addons/plan-package.ts';
import { writeArchive } from '../../publishing/write-archive.ts';
import { sourceDateEpoch } from '../../system/source-date.ts';
import { fetchProgress } from '../../terminal/progress.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Packs an add-on into NAME-VERSION.tar.gz, once what its Manifest asks for is there. */
export async function run(context: CommandContext<'addon:package'>): Promise<Outcome> {
  const {
    args: [word],
    env,
    options,
    warn,
  } = context;
  const addon = addonIn(word, options);
  const mtime = sourceDateEpoch(env) ?? 0;
  const { fetchParts, partsToFetch } = await import('../../publishing/addons/fetch-parts.ts');
  const fetched = options.fetch ? partsToFetch(addon.directory) : [];
  if (options.fetch && !options.dryRun)
    await fetchParts(addon.directory, (path) => ({ ...fetchProgress(path), onRetry: (reason, seconds) => warn(`Trying again in ${seconds} s: ${reason}`) }));
  const isPartial = options.partial === true || (options.dryRun === true && fetched.length > 0);
  const { file, entries, remarks } = await planPackage(addon, options.output ?? '.', isPartial);
  const { name, version, directory } = addon;
  for (const { where, line, text, remedy } of remarks) warn(`${where}${line === undefined ? '' : `:${line}`}: ${text}; ${remedy}`);
  const facts = { name, version, file, fetched: fetched.map(({ path, from }) => ({ path, from })) };
  if (options.dryRun) {
    const would = [...fetched.map(({ path, from }) => `would fetch ${path} from ${from}`), `would write ${file}`];
    return { data: { ...facts, changed: false, would }, lines: () => would };
  }
  const mayReplace = env.DOKKU_APPS_FORCE_DELETE === '1';
  const { sha256, size, state } = await writeArchive({ directory, entries, folder: `addons/${name}`, file, mtime, mayReplace });
  return {
    data: { ...facts, sha256, size, changed: state === 'written', files: entries.filter(({ kind }) => kind !== 'directory').map(({ path }) => path) },
    lines: () => [{ info: `${file}: ${name} ${version}, ${state}, sha256 ${sha256}` }],
  };
}
