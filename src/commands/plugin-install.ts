import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { authorWarnings } from '../plugins/author-warnings.ts';
import { isFile, type Layout } from '../plugins/layout.ts';
import { defaultName } from '../sources/classify.ts';
import { type Staged, sourceText } from '../sources/source.ts';
import { stage } from '../sources/stage.ts';
import { carryOut, refuseNested } from '../store/change.ts';
import { checkedVersion, checkNewName, planPlacing, samePlace } from '../store/plan-change.ts';
import { currentReceipt } from '../store/receipts.ts';
import { changingPlugins } from '../store/recover.ts';
import { storePaths } from '../store/store-paths.ts';
import { makeStaging, removeStaging } from '../store/switch.ts';
import { somethingAt } from '../system/links.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { logInfo, logWarn, print } from '../terminal/log.ts';
import { fireTrigger } from '../triggers/fire-trigger.ts';
import type { CommandContext } from './command-spec.ts';
import { stageOptions } from './stage-options.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Installs a plugin: stage, switch, enable, hook. A hook that fails, or Ctrl-C, leaves what was there. */
export async function run({ layout, env, args: [source], options }: CommandContext): Promise<number> {
  if (options.core) return fireTrigger(layout, 'install', { ...env, PLUGIN_PATH: env.PLUGIN_CORE_PATH });
  if (source === undefined) return fireTrigger(layout, 'install', env);
  if (layout.brand === 'dokku') refuseAsDokku(source);
  refuseNested(env);
  const name = text(options.name) ?? defaultName(source);
  checkNewName(layout, name);
  const json = options.format === 'json';
  if (!json) logInfo(`Installing plugin ${name} from ${withoutSecrets(source)}`);
  const staging = makeStaging(layout);
  try {
    const how = stageOptions(layout, name);
    const request = {
      source,
      committish: text(options.committish),
      version: text(options.version),
      checksum: text(options.checksum),
      link: options.link === true,
    };
    const staged = await stage(request, staging, how).finally(how.end);
    const version = checkedVersion(withoutSecrets(source), staged.tree);
    const hooks = !options.skipInstallTrigger && isFile(join(staged.tree, 'install')) ? [{ hook: 'install', argv: [] }] : [];
    return await changingPlugins(layout, logWarn, async () => {
      if (alreadyThere(layout, name, staged)) {
        if (json) print(JSON.stringify({ name, changed: false, receipt: currentReceipt(storePaths(layout.pluginPath), name) }));
        else logInfo(`Plugin ${name} is already installed from ${sourceText(staged.source)}`);
        return 0;
      }
      const change = planPlacing(layout, name, version, staged);
      if (options.dryRun) {
        if (json) print(JSON.stringify({ name, changed: false, plan: change, hooks }));
        else
          print(
            [
              `would install ${name} ${version} from ${sourceText(staged.source)}`,
              `would enable ${name}`,
              ...hooks.map(({ hook }) => `would run its ${hook} hook`),
            ].join('\n'),
          );
        return 0;
      }
      for (const warning of authorWarnings(staged.tree, env.PATH ?? '')) logWarn(warning.replaceAll(staged.tree, join(layout.available, name)));
      await carryOut(layout, change, { hooks, say: logWarn }, env);
      if (json) print(JSON.stringify({ name, changed: true, receipt: change.to?.receipt }));
      else logInfo(`Plugin ${name} enabled`);
      return 0;
    });
  } finally {
    removeStaging(staging);
  }
}

/** What Dokku says of a source that it does not take (contract dokku §3); directories, which it does not know, are fine here. */
function refuseAsDokku(source: string): void {
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
function alreadyThere(layout: Layout, name: string, { source, hash }: Staged): boolean {
  if (!somethingAt(join(layout.available, name)) && !somethingAt(join(layout.enabled, name))) return false;
  const receipt = currentReceipt(storePaths(layout.pluginPath), name);
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
