import { isReference } from '../../catalogue/reference.ts';
import { errorLine, isUserError, UserError } from '../../errors.ts';
import type { Layout } from '../../home/layout.ts';
import { nameByFolder } from '../../sources/archive/name.ts';
import { classify, spelledOut } from '../../sources/classify.ts';
import { checkNewName } from '../../store/new-name.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { type Installed, installPlugin, NAME_HINT } from './install-one.ts';
import { installedFacts, installedText } from './installed-text.ts';
import { sourceRequest } from './source-request.ts';

/** Installs one plugin after another, each a change of its own: after a failure the rest go on. */
export async function installSeveral(context: CommandContext<'plugin:install'>, sources: readonly string[]): Promise<Outcome> {
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

/** Installs one plugin, and tells of it. @throws UserError */
export async function installOne(context: CommandContext<'plugin:install'>, source: string): Promise<Outcome & { data: object }> {
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
