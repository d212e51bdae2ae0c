import { join } from 'node:path';
import { isExecutableFile } from '../plugins/executable.ts';
import { lastLines, runInHome, type StepResult, type TestWorld } from './run-in-home.ts';
import type { Check } from './smoke-files.ts';
import { failed, passed, skipped, type TestPoint } from './test-point.ts';

/** Four spaces, the command with its arguments, a comma, what it does (contract dokku §1.5). */
const HELP_LINE = /^ {4}\S[^,]*,\s*\S/;
const NOT_MINE = 10;

/** What a `commands` script must answer; nothing else of a plugin is safe to run without knowing it. */
export function helpChecks(world: TestWorld, plugin: string, seconds: number): Check[] {
  const commands = join(world.home.enabled, 'commands');
  const check = (words: readonly string[], promise: string, judge: (name: string, result: StepResult) => TestPoint): Check => {
    const name = `commands ${words.join(' ')} ${promise}`;
    return {
      name,
      make: async () => {
        if (!isExecutableFile(join(world.home.tree, 'commands'))) return skipped(name, 'the plugin has no commands script that can be run');
        const result = await runInHome(world, [commands, ...words], { seconds });
        return result.timedOut ? failed(name, `it was ended after ${seconds} s`, ...lastLines(result.output)) : judge(name, result);
      },
    };
  };
  return [
    check(['help'], 'prints lines for the list of commands', judgeHelp),
    check([`${plugin}:help`], 'prints how the plugin is used', (name, { status, stdout, output }) => {
      if (status === NOT_MINE) return skipped(name, `it has no ${plugin}:help`);
      return status === 0 && stdout.trim() !== '' ? passed(name) : failed(name, `exit status ${status}, not 0 with some text`, ...lastLines(output));
    }),
    check(['no-such'], 'says that it is not its own', (name, { status, output }) =>
      status === NOT_MINE
        ? passed(name)
        : failed(name, `exit status ${status}, not ${NOT_MINE}: it would answer for other plugins' commands`, ...lastLines(output)),
    ),
  ];
}

function judgeHelp(name: string, { status, stdout, output }: StepResult): TestPoint {
  if (status !== 0) return failed(name, `exit status ${status}, not 0: Dokku's own help ends there`, ...lastLines(output));
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return failed(name, 'it printed nothing');
  const wrong = lines.filter((line) => !HELP_LINE.test(line));
  return wrong.length === 0 ? passed(name) : failed(name, 'a line is four spaces, the command, a comma and what it does; these are not:', ...wrong);
}
