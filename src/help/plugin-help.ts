import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { lookedUpFamilies } from '../home/core-names.ts';
import { type Environment, enabledPlugins, isCore, type Layout } from '../home/layout.ts';
import { inspectExecutable } from '../plugins/executable.ts';
import { Plugin } from '../plugins/plugin.ts';
import { subcommandsOf, wordOf } from '../plugins/subcommands.ts';
import { SUMMARY_BYTES, summaryIn } from '../plugins/summary.ts';
import { mapAtOnce } from '../system/at-once.ts';
import { childEnvironment } from '../system/child.ts';
import { type LimitedResult, runLimited } from '../system/limited-child.ts';

/** One line of the list of commands. */
export interface HelpEntry {
  readonly usage: string;
  readonly description: string;
}

/** What one plugin has to say in the list, and what is wrong with how it says it. */
export interface PluginHelp {
  readonly core: boolean;
  readonly entries: readonly HelpEntry[];
  readonly warning?: string;
  /** What its script said on stderr. */
  readonly said?: string;
}

const HELP_SECONDS = 10;
const HELP_BYTES = 256 << 10;
const LINE_LENGTH = 2000;
const NOT_IMPLEMENTED = 10;
const AT_ONCE = 8;

/** What a line of text has none of: controls but for the tab and colours, and what was no UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_TEXT = /[\0-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\ufffd]|\x1b(?!\[[\d;]*m)/;

/** A plugin that is asked for its lines. */
interface Asked {
  readonly name: string;
  readonly directory: string;
  readonly core: boolean;
}

/**
 * Asks every enabled plugin for its lines, several at once; in the plugins' order. None can hold up or spoil the list (contract dokku §10.1 (2)).
 * @param families whether those whose words are looked up are asked besides
 */
export function collectHelp(layout: Layout, env: Environment, families: boolean): Promise<PluginHelp[]> {
  const asked: Asked[] = [
    ...enabledPlugins(layout).names.map((name) => ({ name, directory: join(layout.enabled, name), core: isCore(layout, name) })),
    ...(families ? lookedUpFamilies(layout).map((name) => ({ name, directory: join(layout.coreAvailable, name), core: true })) : []),
  ];
  return mapAtOnce(asked, AT_ONCE, (one) => helpOf(one, env));
}

async function helpOf({ name, directory, core }: Asked, env: Environment): Promise<PluginHelp> {
  const file = join(directory, 'commands');
  const runnable = inspectExecutable(file, env.PATH ?? '');
  if (runnable.kind === 'missing') return { core, entries: entriesFromFiles(name, directory) };
  if (runnable.kind === 'broken') {
    return { core, entries: entriesFromFiles(name, directory), warning: `Skipping ${file}: ${runnable.problem}; ${runnable.remedy}` };
  }
  const seconds = secondsFor(env);
  const result = await runLimited(file, ['help'], { ...childEnvironment(env), LC_ALL: 'C' }, { timeoutMs: seconds * 1000, outputBytes: HELP_BYTES });
  const printed =
    result.over === 'output'
      ? []
      : result.stdout
          .toString()
          .split('\n')
          .filter((line) => line.trim() !== '');
  const text = printed.filter((line) => line.length <= LINE_LENGTH && !NO_TEXT.test(line));
  const fault = faultOf(result, seconds) ?? (text.length < printed.length ? 'help printed lines that are no text; they are left out' : undefined);
  const entries = text.length === 0 && fault ? entriesFromFiles(name, directory) : text.map(parseEntry);
  return { core, entries, said: result.stderr.toString().trimEnd(), ...(fault ? { warning: `${file} ${fault}` } : {}) };
}

function faultOf({ over, status }: LimitedResult, seconds: number): string | undefined {
  if (over === 'time') return `help was ended after ${seconds} s; its commands may be missing here`;
  if (over === 'output') return `help was ended after printing ${HELP_BYTES >> 10} KB; its commands are missing here`;
  if (status === NOT_IMPLEMENTED) return `says that help is not its own (status ${NOT_IMPLEMENTED}); let it print its commands`;
  return status === 0 ? undefined : `help ended with status ${status}; its commands may be missing here`;
}

/** `TOOL_HELP_TIMEOUT` in seconds, where it is a number that a timer takes. */
function secondsFor({ TOOL_HELP_TIMEOUT: text }: Environment): number {
  const seconds = Number(text);
  return seconds > 0 && seconds < 2_000_000 ? seconds : HELP_SECONDS;
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

/** A plugin without a `commands` script that can tell is shown by its files, with the `# Summary:` of each; its bare word else by its description. */
export function entriesFromFiles(plugin: string, directory: string): HelpEntry[] {
  return subcommandsOf(directory).map(({ name, file }) => {
    const usage = wordOf(plugin, name);
    return { usage, description: summaryOf(file) || (usage === plugin ? new Plugin(plugin, directory).description : '') };
  });
}

function summaryOf(file: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    const head = Buffer.alloc(SUMMARY_BYTES);
    return summaryIn(head.toString('utf8', 0, readSync(fd, head, 0, head.length, 0)));
  } catch {
    // A file may be runnable and unreadable; it is listed without a summary.
    return '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
