import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isShipped } from '../../home/core-names.ts';
import { isCore, namesIn } from '../../home/layout.ts';
import { storePaths } from '../../home/store-paths.ts';
import { type InstalledPlugin, installedPlugins } from '../../plugins/installed.ts';
import type { SigningStatus } from '../../store/signing-status.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { columns } from '../../terminal/columns.ts';
import { displayWidth } from '../../terminal/display-width.ts';
import { outputWidth } from '../../terminal/width.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { typeText } from './type-text.ts';

/** Prints the installed plugins, those that come with tool where they are enabled or asked for, as plugn does, or as JSON (contract dokku §2 `list`, §3 `plugin:list`). */
export async function run({ layout, options, warn }: CommandContext<'plugin:list'>): Promise<Outcome> {
  const { plugins, dangling } = installedPlugins(layout);
  const core = new Set(namesIn(layout.coreEnabled).filter((name) => isCore(layout, name)));
  const isAside = ({ name, enabled }: InstalledPlugin): boolean => !enabled && isShipped(layout, name);
  const aside = new Set(plugins.filter(isAside).map(({ name }) => name));
  const rows = plugins
    .filter(({ name }) => options.all === true || !aside.has(name))
    .map(({ name, directory, enabled, version, description, problem, manifest }) => {
      if (problem) warn(problem);
      const helm = manifest?.helm;
      return { name, directory, version, enabled, core: core.has(name) || aside.has(name), description, helm };
    });
  // The rest is not loaded for a list in which nobody signed anything. Plugins without a receipt are many where they are put there by hand.
  const paths = storePaths(layout.pluginPath);
  const recorded = new Set(namesIn(paths.store));
  const withSigner = rows.filter(({ name }) => recorded.has(name) && mentionsSigner(paths.current(name)));
  const signed = withSigner.length === 0 ? new Map<string, SigningStatus>() : await (await import('./list-signatures.ts')).signatures(layout, withSigner);
  for (const name of dangling) warn(`${join(layout.enabled, name)} is a dangling link; install the plugin again, or ${layout.brand} plugin:disable ${name}`);
  return {
    data: async () => {
      const [{ manifestFields, sourceFields }, { signatures }] = await Promise.all([import('./list-sources.ts'), import('./list-signatures.ts')]);
      const all = await signatures(layout, rows);
      return Promise.all(
        rows.map(async ({ directory, helm, ...row }) => ({
          ...row,
          ...(await sourceFields(layout, row.name, directory)),
          ...manifestFields(directory, helm),
          signature: all.get(row.name) ?? null,
        })),
      );
    },
    lines: () => {
      // A row is read by its fields: one that is missing is shown, so that the next does not take its place.
      const cells = rows.map(({ name, version, enabled, description, helm }) => [
        name,
        harmlessLine(version) || '-',
        enabled ? 'enabled' : aside.has(name) ? 'available' : 'disabled',
        `${harmlessLine(description)}${remarks(helm, signed.get(name))}`,
      ]);
      const lines = cells.map(([name = '', version = '', state = '', description]) =>
        `  ${name.padEnd(20)} ${version.padEnd(5)} ${state.padEnd(10)} ${description}`.trimEnd(),
      );
      const width = outputWidth();
      return lines.every((line) => displayWidth(line) <= width) ? lines : columns(cells, '  ', width);
    },
  };
}

/** What stands behind a description: the type of a plugin made for Helm, and who signed it. */
function remarks(helm: NonNullable<InstalledPlugin['manifest']>['helm'], signature: SigningStatus | undefined): string {
  const signer = signature?.signer;
  const signed = signer ? [signature.status === 'signed' ? `signed by ${signer.names[0] ?? signer.key}` : signature.status] : [];
  const all = [...(helm ? [`Helm ${typeText(helm)}`] : []), ...signed];
  return all.length === 0 ? '' : ` (${harmlessLine(all.join(', '))})`;
}

/** Whether a receipt may have a signer; read as it is, whatever it is otherwise. */
function mentionsSigner(receipt: string): boolean {
  try {
    return readFileSync(receipt, 'utf8').includes('"signer"');
  } catch {
    return false;
  }
}
