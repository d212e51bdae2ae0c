import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { harmlessLine } from '../../system/harmless.ts';
import { somethingAt } from '../../system/links.ts';
import { writeNewFile } from '../../system/new-file.ts';
import { shellQuote } from '../../system/shell-quote.ts';
import { hasCookie } from './has-cookie.ts';
import { sourceStub } from './source-stub.ts';

/** What is known of a program that an index lists as Botkube's. */
export interface ListedProgram {
  /** Where it is in the tree: `bare/default`, or somewhere below `program/`. */
  readonly path: string;
  /** What Botkube calls it. */
  readonly name: string;
  readonly type: 'executor' | 'source';
  readonly description: string;
}

const COMMAND = 'bare/default';
/** What a plugin carries its provider as. */
const PROVIDER = 'provider';

/**
 * Makes a command of a program that speaks gRPC with its host, in a tree whose bare word would run it as it is: the program stands in `program/`, and a few lines of sh become its host. Nothing is run
 * to find out what it is: who compares Botkube's cookie has it in its bytes (decision 036). A program without it stays as it is. A source becomes the plugin's provider besides (decision 042).
 * @param tree that may be written to
 * @returns whether something was written
 */
export function adaptExecutor(tree: string, program: ListedProgram): boolean {
  if (!hasCookie(join(tree, program.path))) return false;
  let { path } = program;
  if (path === COMMAND) {
    path = `program/${program.name}`;
    mkdirSync(join(tree, 'program'));
    renameSync(join(tree, COMMAND), join(tree, path));
  } else if (somethingAt(join(tree, COMMAND))) rmSync(join(tree, COMMAND));
  writeNewFile(join(tree, COMMAND), textOf({ ...program, path }), 0o755);
  if (program.type === 'source') writeNewFile(join(tree, PROVIDER), sourceStub({ program: path }), 0o755);
  return true;
}

/** The command's text, with comments that help shows: a lone `--help` is answered by them, and nothing is started. */
function textOf({ name, type, description, path }: ListedProgram): string {
  const lines = [
    '#!/bin/sh',
    ...(description === '' ? [] : [`# Summary: ${harmlessLine(description)}`]),
    ...(type === 'executor'
      ? HELP
      : ['# Help: A source of Botkube, which tells of events. It has no command: instance:create makes an instance of it, which `serve` runs.']),
    '# Made from the entry of an index. An update makes it anew.',
    `tool_executor_name=${shellQuote(name)} tool_executor_program=${shellQuote(path)}${type === 'source' ? ' tool_executor_type=source' : ''}`,
    `. "\${TOOL_PACKAGE:?is not set; run this through tool}/libexec/executor"`,
    '',
  ];
  return lines.join('\n');
}

const HELP = [
  '# Usage: [--format json] [--] <word>...',
  '# Usage: help',
  '# Help: An executor of Botkube. It is started for each command, which it gets as text, and ended with it. `help` asks it what it can do.',
  '# Exit status: 1 the executor refused the command',
  '# Exit status: 2 it took the command for wrong',
  '# Exit status: 70 it did not start as an executor does, died, or is broken',
  '# Exit status: 75 it does not serve now',
];
