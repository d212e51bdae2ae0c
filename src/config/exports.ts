import { chownSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { foreignness } from '../home/code-places.ts';
import { namesIn } from '../home/layout.ts';
import { isPluginName } from '../home/names.ts';
import { temporaryBeside } from '../system/links.ts';
import { shellQuote } from '../system/shell-quote.ts';
import { useStoreModes } from '../system/store-modes.ts';
import { configuredValues, declaredKeys, renderConfigExports } from './render-exports.ts';

const END_OF_EXPORTS = '# end of exports';

/** Exports of some plugins, and a line for every file that could not be understood. */
interface Exports {
  readonly byPlugin: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

/**
 * Renders the configuration of enabled plugins and keeps it beside config.toml where that may be written, so that
 * `plugn trigger` sources it without Node (DESIGN "Why the launcher is shell").
 */
export function writeConfigExports(pluginPath: string, plugins: readonly string[]): Exports {
  const config = join(pluginPath, 'config.toml');
  useStoreModes();
  const before = stampOf(config);
  const { of, problem } = configuredValues(pluginPath);
  const problems = problem ? [problem] : [];
  const byPlugin = new Map<string, string>();
  for (const plugin of plugins) {
    const manifest = join(pluginPath, 'enabled', plugin, 'plugin.toml');
    const file = join(pluginPath, 'config-exports', `${plugin}.sh`);
    if (!existsSync(dirname(manifest))) {
      // Installed and not enabled: a file from now would look newer than a plugin.toml that it does not know.
      forget(file);
      continue;
    }
    const declaredBefore = stampOf(manifest);
    const { keys, problem: declared } = declaredKeys(join(pluginPath, 'enabled', plugin));
    if (declared) problems.push(declared);
    const text = renderConfigExports(plugin, keys, of(plugin));
    byPlugin.set(plugin, text);
    keep(file, text, config);
    // Changed while it was read: the file would look newer than what it does not know.
    if (before !== stampOf(config) || declaredBefore !== stampOf(manifest)) forget(file);
  }
  return { byPlugin, problems };
}

/** What the hooks of one plugin are to be given, which need not be enabled. @param directory its own */
export function exportsOf(pluginPath: string, directory: string): Exports {
  const plugin = basename(directory);
  const { of, problem } = configuredValues(pluginPath);
  const { keys, problem: declared } = declaredKeys(directory);
  return { byPlugin: new Map([[plugin, renderConfigExports(plugin, keys, of(plugin))]]), problems: [problem, declared].flatMap((line) => line ?? []) };
}

/** The exports as the shell function that libexec/config-exports evaluates. */
export function exportsFunction(byPlugin: ReadonlyMap<string, string>): string {
  const cases = [...byPlugin].filter(([, text]) => text !== '').map(([plugin, text]) => `${shellQuote(plugin)})\n${text};;`);
  return ['plugn_export_for() {', 'case $1 in', ...cases, '*) ;;', 'esac', '}', END_OF_EXPORTS].join('\n');
}

/** A home that may not be written is no failure: the text goes back to plugn as well. */
function keep(file: string, text: string, config: string): void {
  const temporary = temporaryBeside(file);
  // Who may not read the configuration may not read it here.
  const mode = (statSync(config, { throwIfNoEntry: false })?.mode ?? 0o644) & 0o644;
  if (!mayChange(file)) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, text, { mode });
    // Root's configuration may be for a group to read; so is this, then.
    if (process.getuid?.() === 0) chownSync(temporary, 0, statSync(config, { throwIfNoEntry: false })?.gid ?? 0);
    renameSync(temporary, file);
  } catch {
    // Rendered again by the next trigger.
  }
}

/** As with writing: nothing of it is worth a failure. */
function forget(file: string): void {
  if (mayChange(file)) rmSync(file, { force: true });
}

/** Root leaves a folder alone that somebody else could lead elsewhere. */
const mayChange = (file: string): boolean => process.getuid?.() !== 0 || [dirname(dirname(file)), dirname(file)].every((folder) => foreignness(folder) === '');

function stampOf(file: string): string {
  try {
    const { mtimeNs, ino } = statSync(file, { bigint: true });
    return `${mtimeNs}:${ino}`;
  } catch {
    return 'none';
  }
}

/** Writes the exports of every enabled plugin. @returns a line for every file that could not be understood */
export const writeAllConfigExports = (pluginPath: string): readonly string[] =>
  writeConfigExports(pluginPath, namesIn(join(pluginPath, 'enabled')).filter(isPluginName)).problems;
