import { existsSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import type { Environment, Layout } from '../../home/layout.ts';
import { isPluginName } from '../../home/names.ts';
import { defaultName, madeOf, nameByFolder } from '../../sources/default-name.ts';
import { checkNewName } from '../../store/new-name.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { logInfo, print, printJson } from '../../terminal/log.ts';
import type { CommandContext } from '../command-spec.ts';
import { type Installed, installPlugin, NAME_HINT } from './install-one.ts';
import { installedFacts, installedText } from './installed-text.ts';
import { sourceRequest, text } from './source-request.ts';

/** Installs a plugin and what it needs, and tells of it; without a source, fires the install trigger of all. */
export async function run(context: CommandContext): Promise<number> {
  const {
    layout,
    env,
    args: [source],
    options,
  } = context;
  const json = options.format === 'json';
  if (options.core || source === undefined) {
    if (source !== undefined && !json) logInfo('Cannot install additional core plugins, running core plugin install trigger');
    return fireInstall(layout, options.core ? { ...env, PLUGIN_PATH: env.PLUGIN_CORE_PATH } : env, json);
  }
  refuseLine([source], layout.brand);
  refuseNested(env);
  const named = (name: string): string => {
    checkNewName(layout, name, NAME_HINT);
    return name;
  };
  const given = text(options.name) ?? (madeOf(source) === undefined ? defaultName(source) : undefined);
  const name = given === undefined ? (folder: string | undefined) => named(nameByFolder(source, folder, 'give its name with --name')) : named(given);
  const brought: Installed[] = [];
  const installed = await installPlugin(
    context,
    { name, request: sourceRequest(source, options), replace: options.replace === true, skipHook: options.skipInstallTrigger === true, underWay: [] },
    {
      onBegin: (begun, from) => {
        if (!json) logInfo(`Installing plugin ${begun} from ${withoutSecrets(from)}`);
      },
      onBrought: (one) => {
        brought.push(one);
        if (!json) tell(one, layout.brand);
      },
    },
  );
  if (json) printJson({ ...installedFacts(installed), ...(brought.length > 0 ? { brought: brought.map(installedFacts) } : {}) });
  else tell(installed, layout.brand);
  return 0;
}

function tell(installed: Installed, brand: string): void {
  const text = installedText(installed, brand);
  if (installed.placed.outcome === 'planned') print(text);
  else logInfo(text);
}

async function fireInstall(layout: Layout, env: Environment, json: boolean): Promise<number> {
  const { fireTrigger } = await import('../../triggers/fire-trigger.ts');
  const status = await fireTrigger(layout, 'install', env, json ? 2 : 1);
  if (json) printJson({ trigger: 'install', status });
  return status;
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
