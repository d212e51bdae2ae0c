import { basename } from 'node:path';
import { isUserError, UserError } from '../errors.ts';
import { textOf } from '../system/any-bytes.ts';
import { processFields } from '../system/argv.ts';
import { headOfFile } from '../system/file-head.ts';
import { shellQuote } from '../system/shell-quote.ts';
import { whyUnread } from '../system/small-file.ts';
import { type Asked, bind, type Fault } from './bind.ts';
import { DECLARED_BYTES, type Declared } from './declared.ts';
import { readDeclared } from './read-declared.ts';
import { settle } from './settle.ts';
import { type Shell, shellText } from './shell-text.ts';

/** The words of the process itself in front of those of `args`: node, the bundle, the mode. */
const OWN_WORDS = 3;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Shell text; or what the words ask for instead, or what is wrong with them. */
export type Evaluated =
  | { readonly text: string }
  | { readonly asked: Asked['asked']; readonly declared: Declared; readonly file: string }
  | { readonly fault: Fault; readonly file: string };

/**
 * What `args` answers to its words: the text that sets the variables of a script, as far as the words fit what it declares.
 * @param words as `args` gets them: `[--shell sh|bash] FILE [WORD…]`
 * @throws UserError for a file that cannot be read or declares nothing, and for what it declares wrongly
 */
export function evaluate(words: readonly string[], env: Environment): Evaluated {
  const { file, shell: asked, rest } = call(words);
  let head: string;
  try {
    head = headOfFile(file, DECLARED_BYTES).toString();
  } catch (error) {
    throw new UserError('unreadable-file', `${file} ${whyUnread(error)}`, { cause: error });
  }
  const declared = declaredBy(head, file);
  const wanted = env.TOOL_ARGS_PRINT;
  if (wanted && functionsOf(declared).has(wanted)) return { text: `${wanted}\nexit\n` };
  const bound = bind(declared, rest);
  if ('asked' in bound) return { asked: bound.asked, declared, file };
  if ('fault' in bound) return { fault: bound, file };
  const settled = settle(declared, bound, env);
  if ('fault' in settled) return { fault: settled, file };
  const shell = asked ?? (/^#!.*\bbash\b/.test(head) ? 'bash' : 'sh');
  const failing = (message: string): string => `{ printf '%s\\n' ${shellQuote(` !     ${called(file, env)}: ${message}`)} >&2; exit 2; }`;
  return { text: shellText(declared, settled, shell, failing) };
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
export function called(file: string, env: Environment): string {
  const word = env.TOOL_COMMAND ?? '';
  const name = word.includes(':') ? word.slice(word.indexOf(':') + 1) : 'default';
  return word !== '' && name === basename(file) ? word : basename(file);
}

/** The words as they were typed: Node puts a replacement character for bytes that are no UTF-8. */
export function exactWords(words: readonly string[]): readonly string[] {
  if (!words.some((word) => word.includes('\uFFFD'))) return words;
  return processFields('cmdline').slice(OWN_WORDS).map(textOf);
}

/** The same of the variables. */
export function exactEnvironment(env: Environment): Environment {
  if (!Object.values(env).some((value) => value?.includes('\uFFFD'))) return env;
  const fields = processFields('environ').map(textOf);
  return Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]));
}
