import { existsSync } from 'node:fs';
import { isReference } from '../../catalogue/reference.ts';
import { errorLine, isUserError, UserError } from '../../errors.ts';
import type { Layout } from '../../home/layout.ts';
import { isPluginName } from '../../home/names.ts';
import { nameByFolder } from '../../sources/archive/name.ts';
import { classify, spelledOut } from '../../sources/classify.ts';
import { isDirectory } from '../../sources/local-path.ts';
import { checkNewName } from '../../store/new-name.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { type Installed, installPlugin, NAME_HINT } from './install-one.ts';
import { installedFacts, installedText } from './installed-text.ts';
import { sourceRequest } from './source-request.ts';

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

/** Installs one plugin after another, each a change of its own: after a failure the rest go on. */
async function installSeveral(context: CommandContext<'plugin:install'>, sources: readonly string[]): Promise<Outcome> {
  const data: object[] = [];
  const failed: string[] = [];
  for (const source of sources) {
    try {
      const { data: facts, lines } = await installOne(context, source);
      data.push(facts);
      for (const line of lines()) context.progress(line);
    } catch (error) {
      if (!isUserError(error)) throw error;
      const shown = withoutSecrets(source);
      failed.push(shown);
      data.push({ source: shown, changed: false, problem: errorLine(error) });
      context.progress({ error: `${shown}: ${errorLine(error)}` });
    }
  }
  if (failed.length === 0) return { data, lines: () => [] };
  return { data, lines: () => [], failure: new UserError('some-failed', `${failed.length} of ${sources.length} not installed: ${failed.join(', ')}`) };
}

async function installOne(context: CommandContext<'plugin:install'>, source: string): Promise<Outcome & { data: object }> {
  const { layout, options, progress, warn } = context;
  const request = spelledOut(sourceRequest(source, options));
  const { kind, address } = classify(request);
  if (!kind.isNamed && isReference(source)) await explainDirectory(layout, source, warn);
  const named = (name: string): string => {
    checkNewName(layout, name, NAME_HINT);
    return name;
  };
  const given = options.name ?? kind.nameOf(address);
  const name = given === undefined ? (folder: string | undefined) => named(nameByFolder(source, folder, 'give its name with --name')) : named(given);
  const brought: Installed[] = [];
  const installed = await installPlugin(
    context,
    {
      name,
      request,
      named: options.name === undefined ? named : undefined,
      replace: options.replace === true,
      skipHook: options.skipInstallTrigger === true,
      underWay: [],
    },
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

/** What stands here by that name goes first; who may have meant a repository's is told how to say so. */
async function explainDirectory({ home }: Layout, source: string, warn: (text: string) => void): Promise<void> {
  const [repository = '', ...rest] = source.split('/');
  if (rest.length === 0 || source.includes('@')) return;
  const { configuredNames } = await import('../../repositories/settings.ts');
  if (configuredNames(home).includes(repository)) warn(`${source} is the directory here; the plugin of the repository ${repository} is ${source}@latest`);
}

function lineOf(installed: Installed, brand: string): Line {
  const text = installedText(installed, brand);
  return installed.placed.outcome === 'planned' ? text : { info: text };
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
