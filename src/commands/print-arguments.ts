import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Asked, bind, type Fault, listed } from '../arguments/bind.ts';
import type { Declared } from '../arguments/declared.ts';
import { DECLARED_BYTES, readDeclared } from '../arguments/read-declared.ts';
import { settle } from '../arguments/settle.ts';
import { type Shell, shellText } from '../arguments/shell-text.ts';
import { errnoOf, errorLine, isUserError, UserError } from '../errors.ts';
import { bytesOf, textOf } from '../system/any-bytes.ts';
import { headOfFile } from '../system/file-head.ts';
import { nearest } from '../system/nearest.ts';
import { shellQuote } from '../system/shell-quote.ts';
import { useColours } from '../terminal/colour.ts';
import { logError, printBytes } from '../terminal/log.ts';

/** The words of the process itself in front of those of `args`: node, the bundle, the mode. */
const OWN_WORDS = 3;
const USUAL_WIDTH = 80;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Prints the arguments that a script declares as shell text, for `eval "$(tool args "$0" "$@")"`. What is wrong is said on stderr, and the text ends the script.
 * @param words as `args` gets them: `[--shell sh|bash] FILE [WORD…]`
 * @returns the exit status, which is that of the text where it ends the script
 */
export async function printArguments(words: readonly string[], env: Environment): Promise<number> {
  try {
    const { text, status } = await evaluate(exactWords(words), exactEnvironment(env));
    printBytes(bytesOf(text));
    return status;
  } catch (error) {
    // An empty text would let the script go on.
    const status = isUserError(error) ? error.status : 70;
    printBytes(Buffer.from(`exit ${status}\n`));
    if (!isUserError(error)) throw error;
    await useColours(process.env);
    logError(errorLine(error));
    return status;
  }
}

async function evaluate(words: readonly string[], env: Environment): Promise<{ readonly text: string; readonly status: number }> {
  const { file, shell: asked, rest } = call(words);
  let head: string;
  try {
    head = headOfFile(file, DECLARED_BYTES).toString();
  } catch (error) {
    throw new UserError('unreadable-file', `${file} ${isUserError(error) ? error.message : `cannot be read (${errnoOf(error) ?? 'unknown error'})`}`, {
      cause: error,
    });
  }
  const declared = declaredBy(head, file);
  const wanted = env.TOOL_ARGS_PRINT;
  if (wanted && functionsOf(declared).has(wanted)) return { text: `${wanted}\nexit\n`, status: 0 };
  const bound = bind(declared, rest);
  if ('asked' in bound) return { text: await answer(bound, declared, file, env), status: 0 };
  if ('fault' in bound) throw worded(bound, file, env);
  const settled = settle(declared, bound, env);
  if ('fault' in settled) throw worded(settled, file, env);
  const shell = asked ?? (/^#!.*\bbash\b/.test(head) ? 'bash' : 'sh');
  const failing = (message: string): string => `{ printf '%s\\n' ${shellQuote(` !     ${called(file, env)}: ${message}`)} >&2; exit 2; }`;
  return { text: shellText(declared, settled, shell, failing), status: 0 };
}

function call(words: readonly string[]): { readonly file: string; readonly shell?: Shell; readonly rest: readonly string[] } {
  const [first, second] = words;
  const named = first === '--shell' ? second : first?.startsWith('--shell=') ? first.slice('--shell='.length) : undefined;
  const [file, ...rest] = named === undefined ? words : words.slice(first === '--shell' ? 2 : 1);
  if (named !== undefined && named !== 'sh' && named !== 'bash')
    throw new UserError('unknown-value', `${named} is not a shell that args writes for`, { hint: 'use sh or bash' });
  if (file === undefined || file === '') {
    throw new UserError('missing-argument', 'args needs the file that declares the arguments', { hint: 'write: eval "$(tool args "$0" "$@")"' });
  }
  return { file, rest, ...(named === undefined ? {} : { shell: named }) };
}

function declaredBy(head: string, file: string): Declared {
  try {
    const declared = readDeclared(head);
    if (declared !== undefined) return declared;
  } catch (error) {
    if (isUserError(error)) throw new UserError(error.code, `${file}, ${error.message}`, { cause: error });
    throw error;
  }
  throw new UserError('bad-declaration', `${file} declares no arguments`, { hint: 'docs/arguments.md has how to' });
}

/** Functions of the script that a completion may ask for: those that print choices. */
const functionsOf = ({ flags, args }: Declared): Set<string | undefined> => new Set([...flags, ...args].map(({ choices }) => choices?.fromFunction));

/** What a script is called in messages: the command that runs it, or its file. */
function called(file: string, env: Environment): string {
  const word = env.TOOL_COMMAND ?? '';
  const name = word.includes(':') ? word.slice(word.indexOf(':') + 1) : 'default';
  return word !== '' && name === basename(file) ? word : basename(file);
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
async function answer({ asked }: Asked, declared: Declared, file: string, env: Environment): Promise<string> {
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

/** The words as they were typed: Node puts a replacement character for bytes that are no UTF-8. */
function exactWords(words: readonly string[]): readonly string[] {
  if (!words.some((word) => word.includes('\uFFFD'))) return words;
  return fieldsOf('/proc/self/cmdline').slice(OWN_WORDS);
}

function exactEnvironment(env: Environment): Environment {
  if (!Object.values(env).some((value) => value?.includes('\uFFFD'))) return env;
  return Object.fromEntries(fieldsOf('/proc/self/environ').map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]));
}

/** The fields of a file of the kernel's, each ended by NUL. */
function fieldsOf(file: string): string[] {
  const bytes = readFileSync(file);
  const fields: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    const stop = end < 0 ? bytes.length : end;
    fields.push(textOf(bytes.subarray(at, stop)));
    at = stop + 1;
  }
  return fields;
}
