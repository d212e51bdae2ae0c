import { join } from 'node:path';
import { inspectExecutable } from '../plugins/executable.ts';
import { programsOf, shellOf, sourcedFiles, strayCommands, unknownPrograms } from '../plugins/plugin-files.ts';
import { runChild } from '../system/child.ts';
import { lastLines, runInHome, type TestWorld } from './run-in-home.ts';
import { failed, passed, remarked, skipped, type TestPoint } from './test-point.ts';

/** A check by its name: the filter is asked before it is made. */
export interface Check {
  readonly name: string;
  readonly make: () => Promise<TestPoint>;
}

const PARSE_MS = 10_000;

interface FileCheckOptions {
  readonly seconds: number;
  /** Whether what ShellCheck finds is a failure. Dokku's own sample has such findings, so it is none else. */
  readonly strict: boolean;
}

/** What can be told of an installed plugin's files without running any of them. */
export function fileChecks(world: TestWorld, { seconds, strict }: FileCheckOptions): Check[] {
  const { tree } = world.home;
  const programs = programsOf(tree);
  const check = (name: string, look: (name: string) => Promise<TestPoint> | TestPoint): Check => ({ name, make: async () => look(name) });
  return [
    check('has commands, subcommands or triggers', (name) =>
      programs.length > 0 ? passed(name) : failed(name, 'put programs into bare/ or subcommands/, or name them like triggers'),
    ),
    ...programs.map((program) => check(`${program} can be run`, (name) => runnable(world, program, name))),
    ...sourcedFiles(tree).map((file) => check(`${file} has no syntax error`, (name) => parsed(world, file, name, 'bash'))),
    check('nothing else is called commands', (name) => {
      const stray = strayCommands(tree);
      return stray.length === 0
        ? passed(name)
        : failed(name, ...stray.map((path) => `${path} breaks dokku help, which runs whatever has that name; rename it`));
    }),
    check('ShellCheck finds no errors', (name) => shellChecked(world, [...programs, ...sourcedFiles(tree)], { seconds, strict }, name)),
  ];
}

/** What is worth knowing and no fault. */
export const fileNotes = (tree: string): string[] =>
  unknownPrograms(tree).map((name) => `${name} is not a trigger of Dokku's; that is fine if the plugin runs it or another plugin fires it`);

async function runnable(world: TestWorld, program: string, name: string): Promise<TestPoint> {
  const file = join(world.home.tree, program);
  const found = inspectExecutable(file, world.env.PATH ?? '');
  if (found.kind === 'missing') return failed(name, `${program} is not a file, or a dangling link`);
  if (found.kind === 'broken') return failed(name, `${found.problem}; ${found.remedy.replace(file, program)}`);
  return parsed(world, program, name);
}

/** Asks the shell of a file for syntax errors, which runs nothing of it. */
async function parsed({ home, env }: TestWorld, file: string, name: string, without?: 'bash'): Promise<TestPoint> {
  const shell = shellOf(join(home.tree, file), without);
  if (!shell) return passed(name);
  const words = ['-n', `./${file}`];
  const { status, stderr } = await runChild(shell, words, { env: { PATH: env.PATH }, output: 'capture-all', cwd: home.tree, timeoutMs: PARSE_MS });
  return status === 0 ? passed(name) : failed(name, ...lastLines(stderr));
}

async function shellChecked(world: TestWorld, files: readonly string[], { seconds, strict }: FileCheckOptions, name: string): Promise<TestPoint> {
  const { tree } = world.home;
  const shebang = files.filter((file) => shellOf(join(tree, file)));
  const sourced = files.filter((file) => !shebang.includes(file) && shellOf(join(tree, file), 'bash'));
  const found: string[] = [];
  for (const [flags, group] of [
    [[], shebang],
    [['--shell=bash'], sourced],
  ] as const) {
    if (group.length === 0) continue;
    const words = ['shellcheck', '--severity=error', '--format=gcc', ...flags, '--', ...group];
    const { status, timedOut, output } = await runInHome(world, words, { seconds });
    if (status === 127) return skipped(name, 'shellcheck is not installed');
    if (timedOut) return failed(name, `it was ended after ${seconds} s; TOOL_TEST_TIMEOUT gives it more`);
    if (status !== 0) found.push(...lastLines(output, 40));
  }
  if (found.length === 0) return passed(name);
  return strict ? failed(name, ...found) : remarked('ShellCheck finds errors, which fail with --strict alone', ...found);
}
