import { existsSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { isPluginName } from '../../home/names.ts';
import { defaultName, madeOf, nameByFolder } from '../../sources/default-name.ts';
import { checkNewName } from '../../store/new-name.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { type Installed, installPlugin, NAME_HINT } from './install-one.ts';
import { installedFacts, installedText } from './installed-text.ts';
import { sourceRequest } from './source-request.ts';

/** Installs a plugin and what it needs, and tells of it; without a source, fires the install trigger of all. */
export async function run(context: CommandContext<'plugin:install'>): Promise<Outcome> {
  const {
    layout,
    env,
    args: [source],
    options,
    progress,
  } = context;
  if (options.core || source === undefined) {
    if (source !== undefined) progress({ info: 'Cannot install additional core plugins, running core plugin install trigger' });
    return (await import('./trigger-outcome.ts')).triggerOutcome(context, 'install');
  }
  refuseLine([source], layout.brand);
  refuseNested(env);
  const named = (name: string): string => {
    checkNewName(layout, name, NAME_HINT);
    return name;
  };
  const given = options.name ?? (madeOf(source) === undefined ? defaultName(source) : undefined);
  const name = given === undefined ? (folder: string | undefined) => named(nameByFolder(source, folder, 'give its name with --name')) : named(given);
  const brought: Installed[] = [];
  const installed = await installPlugin(
    context,
    { name, request: sourceRequest(source, options), replace: options.replace === true, skipHook: options.skipInstallTrigger === true, underWay: [] },
    {
      onBegin: (begun, from) => progress({ info: `Installing plugin ${begun} from ${withoutSecrets(from)}` }),
      onBrought: (one) => {
        brought.push(one);
        progress(lineOf(one, layout.brand));
      },
    },
  );
  return {
    data: { ...installedFacts(installed), ...(brought.length > 0 ? { brought: brought.map(installedFacts) } : {}) },
    lines: () => [lineOf(installed, layout.brand)],
  };
}

function lineOf(installed: Installed, brand: string): Line {
  const text = installedText(installed, brand);
  return installed.placed.outcome === 'planned' ? text : { info: text };
}

/**
 * What Dokku says of a source that it does not take, whatever stands behind it (contract dokku §3); directories, which it does
 * not know, are fine here. Dokku passes over a second word, which plugn takes as the name.
 * @throws UserError REFUSED under the brand dokku, BAD_USAGE for a second word under others
 */
export function refuseLine([source = '--', second = '-']: readonly string[], brand: string): void {
  if (source.startsWith('-')) return;
  if (brand !== 'dokku') {
    if (second.startsWith('-')) return;
    const isName = isPluginName(second);
    throw new UserError('BAD_USAGE', `plugin:install takes one source, and "${withoutSecrets(second)}" is a second word`, {
      hint: isName ? `give a name as --name ${second}, a branch, tag or commit as --committish ${second}` : 'install one after the other',
    });
  }
  if (/^(https:|git|ssh:|file:)|\.(tar\.gz|tgz)$/.test(source) || existsSync(source)) return;
  throw new UserError(
    'REFUSED',
    [
      'First argument must be --core or url to plugin',
      'Valid prefixes: https:, git:, ssh:, file:',
      'Valid suffixes: .tar.gz, .tgz',
      'Please retry with valid arguments',
    ].join('\n'),
  );
}
