import { parseArgs } from 'node:util';
import { UserError } from '../../errors.ts';

/** What is asked of help. */
export interface HelpCall {
  /** A command or a plugin; undefined for all of them. */
  readonly word: string | undefined;
  readonly all: boolean;
  readonly man: boolean;
  readonly json: boolean;
  /** Whether a pager may be used. */
  readonly pager: boolean;
}

/** The flags of `help`, and what they are for. */
export const HELP_FLAGS = [
  ['--all', 'every command, also those of core plugins'],
  ['--man', 'as a manual page'],
  ['--no-pager', 'print without a pager'],
  ['--format <format>', 'json prints everything that is known, for programs'],
  ['--json', 'the same as --format json'],
] as const;

/**
 * Reads what stands behind `help`. Under the brand dokku all but `--all` is ignored, as Dokku does.
 * @throws UserError unknown-flag, unknown-format, too-many-arguments
 */
export async function readHelpCall(words: readonly string[], brand: string): Promise<HelpCall> {
  if (brand === 'dokku') return { word: undefined, all: words[0] === '--all', man: false, json: false, pager: false };
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const known = { all: flag, man: flag, 'no-pager': flag, format: text, json: flag, quiet: flag, trace: flag, force: flag };
  const unknown =
    words.find((word) => word.startsWith('--') && word !== '--' && !Object.hasOwn(known, word.slice(2).split('=', 1)[0] as string)) ??
    words.find((word) => /^-[^-]/.test(word));
  if (unknown !== undefined) {
    const [{ nearest }, { GLOBAL_FLAGS }] = await Promise.all([import('../../system/nearest.ts'), import('../specs.ts')]);
    const near = nearest(unknown, [...HELP_FLAGS.map(([flags]) => flags.split(' ', 1)[0] as string), ...GLOBAL_FLAGS]);
    throw new UserError('unknown-flag', `help has no flag ${unknown}`, {
      hint: near ? `did you mean ${near}?` : `its flags are ${HELP_FLAGS.map(([flags]) => flags).join(', ')}`,
    });
  }
  const { values, positionals } = parseArgs({ args: [...words], options: known, allowPositionals: true, strict: false });
  if (values.format !== undefined && values.format !== 'json' && values.format !== 'text') {
    throw new UserError('unknown-format', `--format takes json or text, not "${values.format === true ? '' : values.format}"`, { status: 2 });
  }
  const [first, second, ...more] = positionals.filter((word) => word !== '');
  if (more.length > 0) throw new UserError('too-many-arguments', 'help takes one command', { hint: `write it as \`${brand} help PLUGIN:COMMAND\`` });
  // `help ops backup`, as other programs write it.
  const word = first !== undefined && second !== undefined ? `${first}:${second}` : first;
  return {
    word,
    all: values.all === true,
    man: values.man === true,
    json: values.json === true || values.format === 'json',
    pager: values['no-pager'] !== true,
  };
}
