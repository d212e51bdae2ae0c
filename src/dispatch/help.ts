import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { inspectExecutable, isExecutableFile } from '../plugins/executable.ts';
import { type Environment, enabledPlugins, isCore, type Layout, namesIn, readLayout } from '../plugins/layout.ts';
import { childEnvironment, runChild } from '../system/child.ts';
import { columns } from '../terminal/columns.ts';
import { logWarn, print } from '../terminal/log.ts';

interface HelpEntry {
  readonly usage: string;
  readonly description: string;
}

interface PluginHelp {
  readonly core: boolean;
  readonly entries: readonly HelpEntry[];
  readonly warning?: string;
}

const HELP_TIMEOUT_MS = 10_000;
const NOT_IMPLEMENTED = 10;
const AT_ONCE = 8;
const SUMMARY_BYTES = 1024;

/**
 * Prints the commands of every enabled plugin (contract dokku §1.5). A `commands` script that fails, hangs or cannot
 * be run costs a warning and its own lines, never the list (contract dokku §10 "Dispatch" 2).
 * @param all every command; without it core plugins show their bare words only
 */
export async function help(all: boolean, env: Environment): Promise<number> {
  const layout = readLayout(env);
  const plugins = await collect(layout, env);
  for (const { warning } of plugins) if (warning) logWarn(warning);
  const core = plugins.filter((plugin) => plugin.core).flatMap((plugin) => plugin.entries);
  const community = plugins.filter((plugin) => !plugin.core).flatMap((plugin) => plugin.entries);
  const quiet = isQuiet(env);
  if (!quiet) print(header(layout.brand));
  const shown = all ? core : core.filter(({ usage }) => !commandOf(usage).includes(':')).map((entry) => ({ ...entry, usage: commandOf(entry.usage) }));
  printEntries(shown);
  if (community.length > 0 || all) {
    if (!quiet) print('\nCommunity plugin commands:\n');
    printEntries(community);
  }
  return 0;
}

const header = (brand: string): string =>
  [
    `Usage: ${brand} [--quiet|--trace|--force] COMMAND <app> [command-specific-options]`,
    '',
    `Primary help options, type "${brand} COMMAND:help" for more details, or ${brand} help --all to see all commands.`,
    '',
    'Commands:',
    '',
  ].join('\n');

/** Whether the decoration is left out: asked for, or nobody is at the terminal (contract dokku §1.6). */
function isQuiet(env: Environment): boolean {
  if (env.DOKKU_QUIET_OUTPUT) return true;
  if (env.DOKKU_FORCE_TTY === 'true') return false;
  return env.DOKKU_DISABLE_TTY === 'true' || !isatty(0);
}

const commandOf = (usage: string): string => usage.trim().split(/\s/, 1)[0] as string;

function printEntries(entries: readonly HelpEntry[]): void {
  const rows = entries.map(({ usage, description }) => [usage, description]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  for (const line of columns(rows, '    ')) print(line);
}

async function collect(layout: Layout, env: Environment): Promise<PluginHelp[]> {
  const { names } = enabledPlugins(layout);
  const results: PluginHelp[] = new Array(names.length);
  let next = 0;
  const worker = async () => {
    while (next < names.length) {
      const index = next++;
      results[index] = await helpOf(names[index] as string, layout, env);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

async function helpOf(plugin: string, layout: Layout, env: Environment): Promise<PluginHelp> {
  const core = isCore(layout, plugin);
  const file = join(layout.enabled, plugin, 'commands');
  const runnable = inspectExecutable(file, env.PATH ?? '');
  if (runnable.kind === 'missing') return { core, entries: entriesFromFiles(plugin, layout) };
  if (runnable.kind === 'broken') return { core, entries: [], warning: `Skipping ${file}: ${runnable.problem}; ${runnable.remedy}` };
  const { status, stdout } = await runChild(file, ['help'], { env: { ...childEnvironment(env), LC_ALL: 'C' }, output: 'capture', timeoutMs: HELP_TIMEOUT_MS });
  const entries = stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseEntry);
  const failed = status !== 0 && status !== NOT_IMPLEMENTED;
  return { core, entries, ...(failed ? { warning: `${file} help ended with status ${status}; its commands may be missing here` } : {}) };
}

/** `    cmd <args>, Description`: the comma that ends the usage stands outside brackets, any later one is the description's. */
function parseEntry(line: string): HelpEntry {
  let depth = 0;
  for (let i = 0; i < line.length; i++) {
    if ('<[({'.includes(line[i] as string)) depth++;
    if ('>])}'.includes(line[i] as string)) depth--;
    if (line[i] === ',' && depth <= 0) return { usage: line.slice(0, i).trim(), description: line.slice(i + 1).trim() };
  }
  return { usage: line.trim(), description: '' };
}

/** A plugin without a `commands` script is shown by its files, with the `# Summary:` of each. */
function entriesFromFiles(plugin: string, layout: Layout): HelpEntry[] {
  const folder = join(layout.enabled, plugin, 'subcommands');
  return namesIn(folder)
    .filter((name) => isExecutableFile(join(folder, name)))
    .map((name) => ({ usage: name === 'default' ? plugin : `${plugin}:${name}`, description: summaryOf(join(folder, name)) }));
}

function summaryOf(file: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    const head = Buffer.alloc(SUMMARY_BYTES);
    const text = head.toString('utf8', 0, readSync(fd, head, 0, head.length, 0));
    return /^# Summary: (.*)$/m.exec(text)?.[1]?.trim() ?? '';
  } catch {
    // A file may be runnable and unreadable; it is listed without a summary.
    return '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
