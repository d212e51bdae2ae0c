import { askProgram } from '../../system/child.ts';
import { UNSHARED } from './unshared-functions.ts';

/** A function that a script defines. */
export interface DefinedFunction {
  readonly name: string;
  readonly line: number;
}

const DEFINITION = /^[ \t]*(?:function[ \t]+([^\s(){}]+)[ \t]*(?:\([ \t]*\))?|([^\s(){}'"#;&|<>$`]+)[ \t]*\([ \t]*\))/;

/** The functions that a script of bash defines, as far as its text tells: one that begins a line. */
export function definedFunctions(text: string): DefinedFunction[] {
  return text.split('\n').flatMap((line, index) => {
    const [, first, second] = DEFINITION.exec(line) ?? [];
    const name = first ?? second;
    return name === undefined ? [] : [{ name, line: index + 1 }];
  });
}

/** A word where a command begins: first in its line, behind what ends another, or behind a word of the shell that a command follows. */
const COMMAND_WORD = /(?<=(?:^|[;&|(!{`]|\b(?:then|else|elif|do|if|while|until))[ \t]*)(?<![\w-])[A-Za-z_][\w-]*(?=[ \t;)`]|$)/g;

/** The functions of kURL that a script calls and that are not shared here: as the first word of a command, and not asked for by `commandExists`. */
export function unsharedCalls(text: string): DefinedFunction[] {
  const defined = new Set(definedFunctions(text).map(({ name }) => name));
  const asked = new Set([...text.matchAll(/\bcommandExists[ \t]+"?([\w-]+)/g)].map(([, name = '']) => name));
  const found = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    for (const [name] of line.replace(/(^|\s)#.*$/, '').matchAll(COMMAND_WORD)) {
      if (UNSHARED.has(name) && !defined.has(name) && !asked.has(name) && !found.has(name)) found.set(name, index + 1);
    }
  }
  return [...found].map(([name, line]) => ({ name, line }));
}

/** What bash says is wrong with the syntax of a script, with its line; undefined where nothing is. Nothing of it is run. */
export function syntaxProblem(file: string): { readonly line: number; readonly text: string } | undefined {
  const { status, stderr } = askProgram('bash', ['--norc', '-n', '--', file], { env: { PATH: process.env.PATH, LC_ALL: 'C' } });
  const [, line = '1', text = ''] = /: line (\d+): (.*)/.exec(stderr) ?? [];
  return status === 0 ? undefined : { line: Number(line), text: text === '' ? 'bash cannot read it' : text };
}
