import { UserError } from '../errors.ts';
import { type Environment, readLayout } from '../home/layout.ts';
import { asksForJson } from '../terminal/asks-json.ts';
import { printLine, printLines } from '../terminal/lines.ts';
import { logWarn, printJson } from '../terminal/log.ts';
import type { CommandContext, CommandModule, Outcome } from './command.ts';
import type { CommandSpec, ParsedLine } from './command-spec.ts';
import { modules } from './modules.ts';
import { parsePlainly, withBooleans } from './parse-plainly.ts';
import { type CommandName, specs } from './specs.ts';

/** A module of whichever command: what it makes of its line is its own, by its spec. */
type AnyModule = Pick<CommandModule<CommandName>, 'refuseLine'> & { run(context: CommandContext): Promise<Partial<Outcome>> };

/**
 * Runs one Node command and prints what came of it.
 * @param typed argv as a plugin gets it: the command word first
 * @returns its exit status
 */
export async function runCommand(name: string, typed: readonly string[], env: Environment): Promise<number> {
  const spec: (CommandSpec & { readonly name: CommandName }) | undefined = specs.find((candidate) => candidate.name === name);
  if (!spec) throw new UserError('package-damaged', `${name} is not a command of this build`);
  const layout = readLayout(env);
  const words = withBooleans(spec, spec.goFlags ? (await import('./go-flags.ts')).withTwoDashes(spec, typed.slice(1)) : typed.slice(1));
  let outcome: Partial<Outcome>;
  const load = modules[spec.name] as () => Promise<AnyModule>;
  try {
    const line = parsePlainly(spec, words) ?? (await readFaulty(spec, load, words, layout.brand));
    if (line === undefined) {
      await showPage(spec, typed[0] ?? name, layout.brand);
      return 0;
    }
    const json = printsJson(spec, line);
    if (env.TOOL_STDIN_ONLY) (await import('./refuse-files.ts')).refuseFiles(name, line);
    const { run } = await load();
    const context = { layout, env, ...line, progress: json ? () => {} : printLine, warn: logWarn, hookStdout: json ? 2 : 1 };
    // The words and flags have been read by the command's spec, which is what their types are made of.
    outcome = await run(context as unknown as CommandContext);
    if (!spec.formats) await printOutcome(outcome, json);
  } catch (error) {
    // With JSON asked for, standard output is one document; what is wrong with the line may be what asks for it.
    if (asksForJson(words, layout.brand)) (await import('../terminal/json-error.ts')).printJsonError(error);
    throw error;
  }
  if (outcome.failure) throw outcome.failure;
  return outcome.status ?? 0;
}

/** Whether a line asks for JSON. @throws UserError for a format that there is not */
function printsJson({ formats }: CommandSpec, { options: { format, json } }: ParsedLine): boolean {
  const known: readonly unknown[] = formats ?? ['json', 'stdout'];
  if (format !== undefined && !known.includes(format)) {
    // Dokku gives 1 for its own.
    throw new UserError('unknown-format', `Invalid output format specified, supported formats: ${known.join(', ')}`, { status: formats ? 2 : 1 });
  }
  if (json && format === 'stdout') throw new UserError('conflicting-flags', '--json and --format stdout cannot be used together');
  return json === true || format === 'json';
}

async function printOutcome({ data, lines, failure }: Partial<Outcome>, json: boolean): Promise<void> {
  if (!json) return printLines(lines?.() ?? []);
  const found = typeof data === 'function' ? await data() : data;
  // A list stays one: each of its members says what became of it.
  printJson(failure && !Array.isArray(found) ? { ...found, error: (await import('../terminal/json-error.ts')).dataOf(failure) } : found);
}

/** The page of a command, for `--help`. */
async function showPage(spec: CommandSpec, typed: string, brand: string): Promise<void> {
  const { helpOfSpec } = await import('./spec-help.ts');
  (await import('./show-help.ts')).showHelp(helpOfSpec(spec), typed, brand);
}

/** A line that asks for help or has a fault: the command's own word goes before that on its flags. */
async function readFaulty(spec: CommandSpec, load: () => Promise<AnyModule>, words: readonly string[], brand: string): Promise<ParsedLine | undefined> {
  (await load()).refuseLine?.(words, brand);
  return (await import('./parse-line.ts')).parseLine(spec, words, brand);
}
