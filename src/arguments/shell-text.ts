import { shellQuote, shellWord } from '../system/shell-quote.ts';
import type { Declared } from './declared.ts';
import type { Setting, Settled, Value } from './settle.ts';

/** The two kinds of shells: `bash` has arrays. */
export type Shell = 'sh' | 'bash';

/**
 * Shell text that gives each variable its value, unsets those without one, and leaves the values of the arguments in `"$@"`. Every value is in single quotes;
 * what else stands in it are names that the readers of declarations have checked.
 * @param failing text that ends the script, told what to say
 */
export function shellText(declared: Declared, settled: Settled, shell: Shell, failing: (message: string) => string): string {
  const { notation, programs } = declared;
  const settings = [...settled.flags, ...settled.args];
  const lines = [
    ...programs.map((program) => `command -v ${shellQuote(program)} >/dev/null 2>&1 || ${failing(`it needs ${program}, which is not on PATH; install it`)}`),
    ...settings.map((setting) => assignment(setting, notation, shell)),
    ...settled.variables.flatMap(({ parameter, value }) =>
      value.kind === 'nothing' ? [] : [`${assigned(parameter.variable, value, 'argc', shell)}\nexport ${parameter.variable}`],
    ),
    ...settled.checks.map(
      ({ shown, text, by }) =>
        // The names of choices are the first fields of lines.
        `case "\n$(${by} | cut -f1)\n" in *"\n"${shellQuote(text)}"\n"*) ;; *) ${failing(`${shown} cannot be ${shellWord(text)}`)} ;; esac`,
    ),
    ['set --', ...settled.args.flatMap(({ parameter, value }) => wordsOf(parameter.variable, value)), ...settled.further.map(shellQuote)].join(' '),
  ];
  return `${lines.join('\n')}\n`;
}

function assignment({ parameter: { variable }, value }: Setting, notation: Declared['notation'], shell: Shell): string {
  if (value.kind === 'nothing') return `unset -v ${variable}`;
  const text = assigned(variable, value, notation, shell);
  // As mise has it: programs of whatever language read these.
  return notation === 'usage' ? `${text}\nexport ${variable}` : text;
}

function assigned(variable: string, value: Value, notation: Declared['notation'], shell: Shell): string {
  switch (value.kind) {
    case 'nothing':
      return '';
    case 'switch':
      return notation === 'usage' ? `${variable}=${value.on}` : value.on ? `${variable}=1` : `unset -v ${variable}`;
    case 'count':
      return `${variable}=${value.count}`;
    case 'one':
      return `${variable}=${shellQuote(value.text)}`;
    case 'printed':
      return `${variable}=$(${value.by})`;
    case 'several':
      return notation === 'argc' && shell === 'bash'
        ? `${variable}=(${value.texts.map(shellQuote).join(' ')})`
        : `${variable}=${shellQuote(value.texts.map(shellWord).join(' '))}`;
    default:
      return value satisfies never;
  }
}

function wordsOf(variable: string, value: Value): string[] {
  if (value.kind === 'several') return value.texts.map(shellQuote);
  return value.kind === 'one' || value.kind === 'printed' ? [`"$${variable}"`] : [];
}
