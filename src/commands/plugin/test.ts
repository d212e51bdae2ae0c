import { isatty } from 'node:tty';
import { UserError } from '../../errors.ts';
import { isOnPath } from '../../plugins/executable.ts';
import { withInterrupts } from '../../system/interrupts.ts';
import { prettyReport, type TestReport, tapReport } from '../../terminal/test-report.ts';
import { batsFiles } from '../../testing/bats.ts';
import { testLimits } from '../../testing/test-limits.ts';
import { manifestReads, type TestOptions, testPlugin } from '../../testing/test-plugin.ts';
import { type TestSubject, testSubject } from '../../testing/test-subject.ts';
import { endLeftovers, makeThrowawayHome, removeThrowawayHome, type ThrowawayHome } from '../../testing/throwaway-home.ts';
import type { CommandContext, OutcomeOf } from '../command.ts';

/** Tests a plugin in a throw-away home: its bats files, or a smoke test. Status 1 when something failed or nothing was tested. */
export async function run(context: CommandContext<'plugin:test'>): Promise<OutcomeOf<'plugin:test'>> {
  const { layout, env, args, options } = context;
  const subject = testSubject(layout, args[0], options.name);
  const limits = testLimits(env);
  const filter = checkedFilter(options.filter);
  refuseWithoutBats(subject, env.PATH ?? '');

  const pretty = options.format === undefined ? isatty(1) : options.format === 'pretty';
  const report = pretty ? prettyReport(`Testing plugin ${subject.name} from ${subject.directory}`) : tapReport();
  if (manifestReads(subject, report)) await inThrowawayHome(context, subject, { filter, limits, listener: report, strict: options.strict === true }, report);
  const { passed, failed } = report.end();
  return { status: failed === 0 && passed > 0 ? 0 : 1 };
}

/** The run itself. A signal ends it in order: no process and no directory stays. */
async function inThrowawayHome(
  { layout, env, options, warn }: CommandContext<'plugin:test'>,
  subject: TestSubject,
  test: TestOptions,
  report: TestReport,
): Promise<void> {
  await withInterrupts('', async ({ aborted: interrupted }) => {
    const home = makeThrowawayHome(layout, subject);
    try {
      await testPlugin({ home, env, interrupted }, subject, test);
    } finally {
      await endLeftovers(home);
      if (options.keep) reportKept(home, report);
      else remove(home, warn);
    }
  });
}

function reportKept({ root, enter }: ThrowawayHome, report: TestReport): void {
  report.note(`kept in ${root}: ${enter} is a shell there, ${enter} COMMAND one command; rm -rf it when done`);
}

function remove(home: ThrowawayHome, warn: CommandContext['warn']): void {
  try {
    removeThrowawayHome(home);
  } catch (error) {
    warn(`Cannot remove ${home.root} (${error instanceof Error ? error.message : String(error)}); remove it by hand`);
  }
}

function checkedFilter(filter: string | undefined): string | undefined {
  try {
    if (filter !== undefined) new RegExp(filter);
    return filter;
  } catch (error) {
    throw new UserError('bad-value', `--filter takes a regular expression, and "${filter}" is none`, { cause: error });
  }
}

function refuseWithoutBats({ name, directory }: TestSubject, path: string): void {
  const files = batsFiles(directory);
  if (files.length === 0 || isOnPath('bats', path)) return;
  throw new UserError('program-missing', `${name} has tests for bats (${files[0]}${files.length > 1 ? ', …' : ''}), and bats is not on PATH`, {
    hint: 'install it: apt-get install bats, brew install bats-core, or npm install -g bats',
  });
}
