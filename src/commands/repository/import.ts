import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setConfig } from '../../config/set-config.ts';
import { UserError } from '../../errors.ts';
import { readBotkubeValues } from '../../repositories/botkube-values.ts';
import { writeSettings } from '../../repositories/edit-settings.ts';
import { planImport } from '../../repositories/import-plan.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { LIST_BYTES, readSmallFile, whyUnread } from '../../system/small-file.ts';
import { plural } from '../../system/word-list.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Adds the repositories and the enabled plugins of a values.yaml of Botkube to tool.toml, and their plain configuration to config.toml. */
export async function run({ layout, env, args: [file], options, warn }: CommandContext<'repository:import'>): Promise<Outcome> {
  refuseNested(env);
  const values = await readBotkubeValues(read(file), file === '-' ? 'standard input' : file);
  const plan = () => planImport(layout.home, layout.pluginPath, values);
  const { repositories, plugins, config, notes } = options.dryRun ? plan() : await apply();
  const data = {
    changed: !options.dryRun,
    repositories,
    plugins: Object.fromEntries(plugins),
    config: config.map(([plugin, key]) => `${plugin}.${key}`),
    notes,
  };
  return { data, lines };

  async function apply(): Promise<ReturnType<typeof plan>> {
    const planned = await withStoreMutex(layout, warn, async () => {
      const now = plan();
      writeSettings(now.edit);
      return now;
    });
    if (planned.config.length > 0) for (const problem of await setConfig(layout.pluginPath, planned.config, warn)) warn(problem);
    return planned;
  }

  function lines(): Line[] {
    const noted = notes.map((note): Line => ({ warning: note }));
    // Values may be secrets: they are not shown.
    const added = [
      ...repositories.map((name) => `add the repository ${name} to tool.toml`),
      ...plugins.map(([place, { version, type }]) => `add the ${type} ${place} ${version} to [plugins] of tool.toml`),
      ...config.map(([plugin, key]) => `set ${key} of ${plugin} in config.toml`),
    ];
    if (options.dryRun) return [...added.map((line) => `would ${line}`), ...noted];
    if (added.length === 0) return [{ info: 'Nothing to add' }, ...noted];
    const count = `${repositories.length === 1 ? '1 repository' : `${repositories.length} repositories`}, ${plural(plugins.length, 'plugin')} and ${plural(config.length, 'value')} of their configuration added`;
    return [{ info: `${count}; install the plugins with \`${layout.brand} plugin:sync\`` }, ...noted];
  }
}

function read(file: string): string {
  if (file === '-') return readFileSync(0, 'utf8');
  const path = resolve(file);
  try {
    return readSmallFile(path, LIST_BYTES);
  } catch (error) {
    throw new UserError('unreadable-file', `${path} ${whyUnread(error)}`, { hint: 'check the path', cause: error });
  }
}
