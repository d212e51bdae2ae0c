import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Layout } from '../plugins/layout.ts';
import { classify, defaultName } from '../sources/classify.ts';
import { type Source, type SourceRequest, type Staged, samePlace, sourceText } from '../sources/source.ts';
import { checkNewName } from '../store/new-name.ts';
import { type Placed, placePlugin } from '../store/place-plugin.ts';
import type { Receipt } from '../store/receipts.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import type { Unmet } from '../store/requirements.ts';
import { somethingAt } from '../system/links.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { confirm } from '../terminal/confirm.ts';
import { logInfo, logWarn, print } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';
import { stageOptions } from './stage-options.ts';

const isRepository = (source: string): boolean => classify({ source, link: false }).kind === 'git';

const NAME_HINT = 'give another with --name';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Installs a plugin: stage, switch, enable, hook. A hook that fails, or Ctrl-C, leaves what was there. */
export async function run(context: CommandContext): Promise<number> {
  const {
    layout,
    env,
    args: [source],
    options,
  } = context;
  if (options.core || source === undefined) {
    if (source !== undefined) logInfo('Cannot install additional core plugins, running core plugin install trigger');
    const { fireTrigger } = await import('../triggers/fire-trigger.ts');
    return fireTrigger(layout, 'install', options.core ? { ...env, PLUGIN_PATH: env.PLUGIN_CORE_PATH } : env);
  }
  refuseLine([source], layout.brand);
  refuseNested(env);
  const name = text(options.name) ?? defaultName(source);
  checkNewName(layout, name, NAME_HINT);
  const json = options.format === 'json';
  if (!json) logInfo(`Installing plugin ${name} from ${withoutSecrets(source)}`);
  const request: SourceRequest = {
    source,
    committish: text(options.committish),
    version: text(options.version),
    checksum: text(options.checksum),
    link: options.link === true,
  };
  if (options.save) {
    const { declaration, editDeclared } = await import('../store/declared-plugins.ts');
    editDeclared(layout.home, name, declaration(name, request, asSource(request)));
  }
  const how = stageOptions(layout, name);
  const placed = await placePlugin(
    { layout, env, say: logWarn, ...how },
    {
      name,
      request,
      hooks: options.skipInstallTrigger ? [] : ['install'],
      dryRun: options.dryRun === true,
      nameHint: NAME_HINT,
      isWanted: (staged, current) => !alreadyThere(layout, name, staged, current),
      onUnmet: (unmet) => bringNeeded(context, name, unmet),
    },
  );
  if (options.save && !options.dryRun) {
    const { declaration, declarePlugin } = await import('../store/declared-plugins.ts');
    const receipt = placed.outcome === 'planned' ? undefined : placed.receipt;
    const { changingPlugins } = await import('../store/recover.ts');
    if (receipt) await changingPlugins(layout, logWarn, async () => declarePlugin(layout.home, name, declaration(name, request, receipt.source)));
  }
  tell(name, placed, json);
  return 0;
}

/** What a request will have come from, as far as its words tell. */
function asSource(request: SourceRequest): Source {
  const classified = classify(request);
  if (classified.kind === 'directory') return classified;
  const address = withoutSecrets(request.source);
  return classified.kind === 'git' ? { kind: 'git', url: address, commit: '', pinned: false } : { kind: 'archive', url: address, sha256: '' };
}

/** Installs what a plugin needs, where that is wanted and it is known from where. What is left is refused under the lock. */
async function bringNeeded(context: CommandContext, name: string, unmet: readonly Unmet[]): Promise<void> {
  const { options } = context;
  // Of plugins that need each other none can be first: what is left is refused.
  const underWay = [...((options.underWay as readonly string[] | undefined) ?? []), name];
  const missing = unmet.filter(({ name: needed, found, source }) => found === 'missing' && source !== undefined && !underWay.includes(needed));
  for (const { name: needed, range, source = '' } of missing) {
    if (
      !options.dryRun &&
      (options.withDependencies === true || (await confirm(`The plugin ${name} needs ${needed}. Install it from ${withoutSecrets(source)}?`)))
    ) {
      const version = range !== '*' && isRepository(source) ? { version: range } : {};
      await run({
        ...context,
        args: [source],
        options: { name: needed, withDependencies: options.withDependencies, save: options.save, underWay, ...version },
      });
    }
  }
}

function tell(name: string, placed: Placed, json: boolean): void {
  switch (placed.outcome) {
    case 'kept':
      if (json) print(JSON.stringify({ name, changed: false, receipt: placed.receipt }));
      else logInfo(`Plugin ${name} is already installed from ${placed.receipt ? sourceText(placed.receipt.source) : 'there'}`);
      return;
    case 'planned':
      print(json ? JSON.stringify({ name, changed: false, plan: placed.change, hooks: placed.hooks }) : planText(name, placed));
      return;
    case 'placed':
      if (json) print(JSON.stringify({ name, changed: true, receipt: placed.receipt }));
      else logInfo(`Plugin ${name} enabled`);
  }
}

function planText(name: string, { change, hooks }: Extract<Placed, { outcome: 'planned' }>): string {
  const { version = '', source = { kind: 'unknown' as const } } = change.to?.receipt ?? {};
  const lines = [`would install ${name} ${version} from ${sourceText(source)}`, `would enable ${name}`];
  return [...lines, ...hooks.map((hook) => `would run its ${hook} hook`)].join('\n');
}

/**
 * What Dokku says of a source that it does not take, whatever stands behind it (contract dokku §3); directories, which it does
 * not know, are fine here.
 * @throws UserError REFUSED under the brand dokku
 */
export function refuseLine([source = '--']: readonly string[], brand: string): void {
  if (brand !== 'dokku' || source.startsWith('-')) return;
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

/**
 * Whether the very same is installed already.
 * @throws UserError REFUSED when something else has the name
 */
function alreadyThere(layout: Layout, name: string, { source, hash }: Staged, receipt: Receipt | undefined): boolean {
  if (!somethingAt(join(layout.available, name)) && !somethingAt(join(layout.enabled, name))) return false;
  if (!receipt)
    throw new UserError('REFUSED', `Plugin ${name} is already installed, put there by hand`, { hint: 'give another name with --name, or move it away' });
  if (!samePlace(receipt.source, source)) {
    throw new UserError('REFUSED', `Plugin '${name}' is already installed, but with a different url. To install anyway, uninstall it first.`);
  }
  if (receipt.sourceHash === hash) return true;
  throw new UserError('REFUSED', `Plugin ${name} is already installed, from ${sourceText(receipt.source)}`, {
    hint: `change it with \`${layout.brand} plugin:update ${name}${source.kind === 'git' && source.committish ? ` ${source.committish}` : ''}\``,
  });
}
