import { existsSync } from 'node:fs';
import { isReference } from '../../catalogue/reference.ts';
import { UserError } from '../../errors.ts';
import { isPluginName } from '../../home/names.ts';
import { isDirectory } from '../../sources/local-path.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { installOne, installSeveral } from './install-sources.ts';

/** Installs plugins and what they need, and tells of it; without a source, fires the install trigger of all. */
export async function run(context: CommandContext<'plugin:install'>): Promise<Outcome> {
  const {
    layout,
    env,
    args: [source, ...more],
    options,
    progress,
  } = context;
  if (options.core || source === undefined) {
    if (source !== undefined) progress({ info: 'Cannot install additional core plugins, running core plugin install trigger' });
    return (await import('./trigger-outcome.ts')).triggerOutcome(context, 'install');
  }
  refuseLine([source, ...more], layout.brand);
  refuseNested(env);
  // Dokku passes over what stands behind the first.
  if (more.length === 0 || layout.brand === 'dokku') return installOne(context, source);
  const flag = (['name', 'committish', 'version', 'checksum'] as const).find((one) => options[one] !== undefined);
  if (flag !== undefined)
    throw new UserError('flag-does-not-apply', `--${flag} is for one source, and there are ${more.length + 1}`, { hint: 'install that one by itself' });
  return installSeveral(context, [source, ...more]);
}

/**
 * What Dokku says of a source that it does not take, whatever stands behind it (contract dokku §3); directories, which it does
 * not know, are fine here. Dokku passes over a second word, which plugn takes as the name: a bare word behind an address is refused, as it may be meant so.
 * @throws UserError for such a word, in Dokku's words under its brand
 */
export function refuseLine([source = '--', ...more]: readonly string[], brand: string): void {
  if (source.startsWith('-')) return;
  if (brand !== 'dokku') {
    const word = isReference(source) && !isDirectory(source) ? undefined : more.find((one) => isPluginName(one) && !one.startsWith('-') && !isDirectory(one));
    if (word === undefined) return;
    throw new UserError('too-many-arguments', `"${word}" is a second word behind a source, and may be meant as a name or as another plugin`, {
      hint: `give a name as --name ${word}, a branch, tag or commit as --committish ${word}, a plugin of a repository as REPOSITORY/${word}`,
    });
  }
  if (/^(https:|git|ssh:|file:)|\.(tar\.gz|tgz)$/.test(source) || existsSync(source)) return;
  throw new UserError(
    'not-a-source',
    [
      'First argument must be --core or url to plugin',
      'Valid prefixes: https:, git:, ssh:, file:',
      'Valid suffixes: .tar.gz, .tgz',
      'Please retry with valid arguments',
    ].join('\n'),
  );
}
