import { rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { authorWarnings } from '../plugins/author-warnings.ts';
import { isCore, isFile, type Layout } from '../plugins/layout.ts';
import { readManifest } from '../plugins/manifest.ts';
import { isPluginName } from '../plugins/names.ts';
import { copyDirectory } from '../sources/directory.ts';
import { writeConfigExports } from '../store/config-exports.ts';
import { makeStaging, markGuard, placeEnabledLink, placePlugin, removePlugin } from '../store/switch.ts';
import { somethingAt } from '../system/links.ts';
import { logInfo, logWarn, print } from '../terminal/log.ts';
import { runHook } from '../triggers/run-hook.ts';
import type { CommandContext } from './command-spec.ts';

/** What installing will do, decided before anything is touched. */
interface InstallPlan {
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly hook: boolean;
}

/** Installs a plugin from a directory: stage, switch, enable, hook; a failing hook leaves nothing behind. */
export async function run({ layout, env, args: [directory = ''], options }: CommandContext): Promise<number> {
  const plan = planInstall(layout, directory, options);
  if (options.dryRun) {
    print(`would copy ${plan.source} to ${plan.target}\nwould enable ${plan.name}${plan.hook ? '\nwould run its install hook' : ''}`);
    return 0;
  }
  logInfo(`Installing plugin ${plan.name} from ${plan.source}`);
  const staging = makeStaging(layout);
  try {
    const staged = join(staging, plan.name);
    await copyDirectory(plan.source, staged);
    placePlugin(layout, plan.name, staged);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  markGuard(layout, plan.name, isFile(join(plan.target, 'user-auth')));
  placeEnabledLink(layout, plan.name);
  writeConfigExports(layout.pluginPath, [plan.name]);
  for (const warning of authorWarnings(plan.target, env.PATH ?? '')) logWarn(warning);
  const { status, skipped } = plan.hook ? await runHook(layout, plan.name, 'install', [], env) : { status: 0 };
  if (skipped) logWarn(skipped);
  if (status !== 0) {
    removePlugin(layout, plan.name);
    markGuard(layout, plan.name, false);
    throw new UserError('REFUSED', `The install hook of ${plan.name} ended with status ${status}; the plugin was not installed`, { status });
  }
  logInfo(`Plugin ${plan.name} enabled`);
  return 0;
}

function planInstall(layout: Layout, directory: string, options: Readonly<Record<string, unknown>>): InstallPlan {
  const source = resolve(directory);
  const stat = statSync(source, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) throw new UserError('REFUSED', `${directory} is not a directory`, { hint: 'name a directory that holds a plugin.toml' });
  const { problem } = readManifest(source);
  if (problem) throw new UserError('REFUSED', `${directory} is not a plugin: ${problem}`);
  const name =
    typeof options.name === 'string'
      ? options.name
      : basename(source)
          .replace(/\.git$/, '')
          .replace(/^dokku-/, '');
  if (!isPluginName(name)) {
    throw new UserError('REFUSED', `"${name}" cannot be a plugin's name; it is letters, digits, dots, hyphens and underscores`, {
      hint: 'give another with --name',
    });
  }
  const target = join(layout.available, name);
  if (isCore(layout, name)) throw new UserError('REFUSED', `${name} is the name of a core plugin`, { hint: 'give another with --name' });
  if (somethingAt(target) || somethingAt(join(layout.enabled, name))) {
    throw new UserError('REFUSED', `Plugin ${name} is already installed`, {
      hint: `remove it with \`${layout.brand} plugin:uninstall ${name}\`, or give another name with --name`,
    });
  }
  return { name, source, target, hook: !options.skipInstallTrigger && isFile(join(source, 'install')) };
}
