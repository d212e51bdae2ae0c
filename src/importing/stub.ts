import { harmlessLine } from '../system/harmless.ts';
import { isPlainWord, shellQuote, shellWord } from '../system/shell-quote.ts';
import type { CommandHeader, ImportedCommand, Run, Word } from './import-plan.ts';

/** The text of the file in `bare/` that is a command: comments for help and completion, then the few lines that run the original. */
export function stubOf({ header, run }: ImportedCommand, word: string): string {
  return ['#!/bin/sh', ...commentsOf(header, word), ...bodyOf(run, word), ''].join('\n');
}

/** Each is one line, whatever is in it: what follows a line end would be run. */
function commentsOf({ summary, usage, help, declared, providesCompletions }: CommandHeader, word: string): string[] {
  const usages = usage.length === 0 && declared.length === 0 ? [`${word} [<args>...]`] : usage;
  const lines = [
    ...(summary === '' ? [] : [`Summary: ${summary}`]),
    ...usages.map((line) => `Usage: ${line}`),
    ...(providesCompletions ? ['Provide completions'] : []),
    ...declared,
    ...help.map((line, index) => (index === 0 ? `Help: ${line}` : line)),
  ];
  return [...lines.map((line) => `# ${harmlessLine(line)}`.trimEnd()).map((line) => line.replace(/^# (\[?USAGE\]?) /, '#$1 ')), ''];
}

function bodyOf(run: Run, word: string): string[] {
  const { argv, directory, environment = {}, onPath, prelude, runner, keepsCallersPlace, readsUsage } = run;
  const words = [...argv, ...Object.values(environment), onPath, prelude];
  const names = Object.keys(environment);
  return [
    ...(words.some((one) => typeof one === 'object') ? [`case $0 in /*) tool_root=\${0%/bare/*} ;; *) tool_root=$PWD/\${0%/*}/.. ;; esac`] : []),
    ...(runner === undefined ? [] : missing(runner, word)),
    // In a function, so that the arguments stay what they are.
    ...(readsUsage ? ['tool_declare() { eval "$(tool args "$0" "$@")"; }', 'tool_declare "$@"'] : []),
    ...(keepsCallersPlace === undefined ? [] : [`${keepsCallersPlace}=$PWD`, `export ${keepsCallersPlace}`]),
    ...names.map((name) => `${name}=${shellWordOf(environment[name] ?? '')}`),
    ...(onPath === undefined ? [] : [`PATH=${shellWordOf(onPath)}:$PATH`]),
    ...(names.length > 0 || onPath !== undefined ? [`export ${[...names, ...(onPath === undefined ? [] : ['PATH'])].join(' ')}`] : []),
    ...(prelude === undefined ? [] : [`. ${shellWordOf(prelude)}`]),
    ...(directory === undefined ? [] : [`cd ${shellWord(directory)} || exit 1`]),
    `exec ${argv.map(shellWordOf).join(' ')} "$@"`,
  ];
}

const missing = (runner: string, word: string): string[] => [
  `command -v ${shellWord(runner)} >/dev/null || {`,
  `  printf ' !     %s\\n' ${shellQuote(`${word} is run by ${runner}, which is not installed`)} >&2`,
  '  exit 127',
  '}',
];

const shellWordOf = (word: Word): string =>
  typeof word === 'string' ? shellWord(word) : isPlainWord(word.inCopy) ? `"$tool_root/${word.inCopy}"` : `"$tool_root"/${shellQuote(word.inCopy)}`;
