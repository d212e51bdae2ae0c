import { type Fault, listed } from '../arguments/bind.ts';
import { called, type Environment, type Evaluated, evaluate, exactEnvironment, exactWords } from '../arguments/evaluate.ts';
import { statusOf } from '../error-codes/statuses.ts';
import { isUserError, UserError } from '../errors.ts';
import { bytesOf } from '../system/any-bytes.ts';
import { nearest } from '../system/nearest.ts';
import { shellQuote } from '../system/shell-quote.ts';
import { useColours } from '../terminal/colour.ts';
import { printBytes } from '../terminal/log.ts';

const USUAL_WIDTH = 80;

/**
 * Prints the arguments that a script declares as shell text, for `eval "$(tool args "$0" "$@")"`. Where something is wrong, the text ends the script.
 * @param words as `args` gets them: `[--shell sh|bash] FILE [WORD…]`
 * @returns the exit status
 * @throws UserError with what is wrong, whose status the text ends the script with
 */
export async function printArguments(words: readonly string[], env: Environment): Promise<number> {
  try {
    printBytes(bytesOf(await textFor(exactWords(words), exactEnvironment(env))));
    return 0;
  } catch (error) {
    // An empty text would let the script go on.
    printBytes(Buffer.from(`exit ${isUserError(error) ? error.status : statusOf('internal-error')}\n`));
    await useColours(env);
    throw error;
  }
}

async function textFor(words: readonly string[], env: Environment): Promise<string> {
  const evaluated = evaluate(words, env);
  if ('text' in evaluated) return evaluated.text;
  if ('fault' in evaluated) throw worded(evaluated.fault, evaluated.file, env);
  return answer(evaluated, env);
}

const brandOf = (env: Environment): string => (env.TOOL_ABI ?? 'tool').split(':', 1)[0] ?? 'tool';

/** A fault with what helps: what may have been meant, the choices, or where it is explained. */
function worded({ code, fault, typed, known = [] }: Fault, file: string, env: Environment): UserError {
  const name = called(file, env);
  const near = typed === undefined ? undefined : nearest(typed, known);
  const help = name === env.TOOL_COMMAND ? `${brandOf(env)} ${name} --help` : `${name} --help`;
  const hint = near !== undefined ? `did you mean ${near}?` : code === 'unknown-value' && known.length > 0 ? `choose ${listed(known)}` : `see \`${help}\``;
  return new UserError(code, `${name}: ${fault}`, { hint, status: 2 });
}

/** Text that prints the page of the command, or its version, and ends the script. */
async function answer({ asked, declared, file }: Extract<Evaluated, { asked: unknown }>, env: Environment): Promise<string> {
  const name = called(file, env);
  if (asked === 'version') return printing([`${name} ${declared.version}`]);
  const [{ commandPage }, { declaredHelp }] = await Promise.all([import('../help/command-page.ts'), import('../help/declared-help.ts')]);
  const width = Number(env.COLUMNS) > 0 ? Number(env.COLUMNS) : USUAL_WIDTH;
  // A script that is run by itself has no brand in front of it.
  const [brand, word] = name === env.TOOL_COMMAND ? [brandOf(env), name] : [name, ''];
  const { harmless } = await import('../system/harmless.ts');
  return printing(commandPage(declaredHelp(declared, word), brand, width).map((line) => harmless(line.replace(/^(Usage: \S+) {2,}/, '$1 '))));
}

const printing = (lines: readonly string[]): string => `printf '%s\\n' ${shellQuote(lines.join('\n'))}\nexit 0\n`;
