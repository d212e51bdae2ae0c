import { parseArgs } from 'node:util';
import { UserError } from '../errors.ts';
import { type Environment, readLayout } from '../home/layout.ts';
import type { CommandSpec, ParsedLine } from './command-spec.ts';
import { GLOBAL_FLAGS, specs } from './specs.ts';

/**
 * Runs one Node command.
 * @param typed argv as a plugin gets it: the command word first
 * @returns its exit status
 */
export async function runCommand(name: string, typed: readonly string[], env: Environment): Promise<number> {
  const spec = specs.find((candidate) => candidate.name === name);
  if (!spec) throw new UserError('REFUSED', `${name} is not a command of this build`);
  const layout = readLayout(env);
  const words = typed.slice(1);
  const line = parsePlainly(spec, words) ?? (await readFaulty(spec, words, layout.brand));
  if ('status' in line) return line.status;
  const { format } = line.options;
  const formats: readonly unknown[] = spec.formats ?? ['json', 'stdout'];
  if (format !== undefined && !formats.includes(format)) {
    // Dokku gives 1 for its own.
    throw new UserError(spec.formats ? 'BAD_USAGE' : 'REFUSED', `Invalid output format specified, supported formats: ${formats.join(', ')}`);
  }
  if (env.TOOL_STDIN_ONLY) (await import('./refuse-files.ts')).refuseFiles(name, line);
  const { run } = await spec.load();
  return run({ layout, env, ...line });
}

/** A line that asks for help or has a fault: the command's own word goes before that on its flags. */
async function readFaulty(spec: CommandSpec, words: readonly string[], brand: string): Promise<ParsedLine | { readonly status: number }> {
  (await spec.load()).refuseLine?.(words, brand);
  return (await import('./parse-line.ts')).parseLine(spec, words, brand);
}

/** A line without faults, which needs nobody to word them; undefined for all others. Commander takes 4 ms. */
function parsePlainly({ args = '', options = [] }: CommandSpec, words: readonly string[]): ParsedLine | undefined {
  const flags = [...options.map(([flag]) => flag), ...GLOBAL_FLAGS].map((flag) => {
    const [long = '', value] = flag.split(' ');
    return [long.slice(2), { type: value ? 'string' : 'boolean' }] as const;
  });
  try {
    const { values, positionals } = parseArgs({ args: [...words], options: Object.fromEntries(flags), allowPositionals: true, strict: true });
    const places = args.split(' ').filter((place) => place !== '');
    const least = places.filter((place) => place.startsWith('<')).length;
    const most = places.some((place) => place.includes('...')) ? Number.POSITIVE_INFINITY : places.length;
    if (positionals.length < least || positionals.length > most) return undefined;
    const named = Object.entries(values).map(([flag, value]) => [flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()), value]);
    return { args: positionals, options: Object.fromEntries(named) };
  } catch {
    return undefined;
  }
}
