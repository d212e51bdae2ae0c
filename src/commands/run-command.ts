import { Command, CommanderError } from 'commander';
import { UserError } from '../errors.ts';
import { type Environment, readLayout } from '../plugins/layout.ts';
import { logWarn } from '../terminal/log.ts';
import type { CommandSpec } from './command-spec.ts';
import { specs } from './specs.ts';

/**
 * Runs one Node command.
 * @param typed argv as a plugin gets it: the command word first
 * @returns its exit status
 */
export async function runCommand(name: string, typed: readonly string[], env: Environment): Promise<number> {
  const spec = specs.find((candidate) => candidate.name === name);
  if (!spec) throw new UserError('REFUSED', `${name} is not a command of this build`);
  const layout = readLayout(env);
  const { program, result } = programFor(spec, layout.brand);
  try {
    program.parse(typed.slice(1), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { format } = result().options;
  if (format !== undefined && format !== 'json' && format !== 'stdout') {
    throw new UserError('REFUSED', 'Invalid output format specified, supported formats: json, stdout');
  }
  const { run } = await spec.load();
  return run({ layout, env, ...result() });
}

function programFor(spec: CommandSpec, brand: string) {
  let args: string[] = [];
  const program = new Command(`${brand} ${spec.name}`)
    .description(spec.summary)
    .exitOverride()
    // Dokku takes what comes too much and says itself what is wrong with the first.
    .allowExcessArguments(brand === 'dokku')
    .configureOutput({ outputError: (text) => logWarn(`${text.trim().replace(/^error: /, '')}; see \`${brand} ${spec.name} --help\``) });
  for (const word of spec.args?.split(' ') ?? []) program.argument(word);
  for (const [flags, description] of spec.options ?? []) program.option(flags, description);
  // The launcher has seen these wherever they stand; they are no mistake here.
  for (const flag of ['--quiet', '--trace', '--force']) program.addOption(program.createOption(flag).hideHelp());
  program.action(() => {
    args = program.args;
  });
  return { program, result: () => ({ args, options: program.opts<Record<string, unknown>>() }) };
}
