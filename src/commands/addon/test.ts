import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { hostVersion } from '../../addons/host-version.ts';
import { UserError } from '../../errors.ts';
import { filesPath, SCRIPT } from '../../plugins/addons/package-layout.ts';
import { type AddonFiles, lintAddon } from '../../publishing/addons/lint-addon.ts';
import { withAddon } from '../../publishing/addons/open-addon.ts';
import { definedFunctions } from '../../publishing/addons/script-functions.ts';
import type { Finding } from '../../publishing/lint/finding.ts';
import { withInterrupts } from '../../system/interrupts.ts';
import { statOrNothing } from '../../system/links.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { LIST_BYTES, readSmallFile, SETTINGS_BYTES } from '../../system/small-file.ts';
import { prettyReport, type TestReport, tapReport } from '../../terminal/test-report.ts';
import { type AddonTestOptions, addonSubject, type TriedPackage, testAddon } from '../../testing/test-addon.ts';
import { testLimits } from '../../testing/test-limits.ts';
import { endLeftovers, makeThrowawayHome, removeThrowawayHome } from '../../testing/throwaway-home.ts';
import type { CommandContext, OutcomeOf } from '../command.ts';
import { findingLine } from './finding-line.ts';

type Context = CommandContext<'addon:test'>;

/** The rules of addon:lint without which nothing can be run of an add-on. */
const UNUSABLE: readonly string[] = ['script', 'syntax', 'function'];

/** Tests the package of an add-on in a throw-away home. Status 1 when something failed. */
export async function run(context: Context): Promise<OutcomeOf<'addon:test'>> {
  const {
    args: [file],
    env,
    options,
  } = context;
  const spec = options.spec === undefined ? undefined : readSmallFile(options.spec, SETTINGS_BYTES);
  const limits = testLimits(env);
  const host = hostVersion({ asked: options.hostVersion, home: context.layout.home, otherwise: versionOfToday() });
  return openPackage(file, async (addon) => {
    const from =
      options.from === undefined ? undefined : await openPackage(options.from, async (older) => ({ ...nameOf(older), file: options.from as string }));
    if (from !== undefined && from.name !== addon.name)
      throw new UserError('not-an-addon', `${options.from} is the package of ${from.name}, and not of ${addon.name}`, {
        hint: 'give an older package of the same add-on',
      });
    const pretty = options.format === undefined ? isatty(1) : options.format === 'pretty';
    const report = pretty ? prettyReport(`Testing add-on ${addon.name} ${addon.version} for ${host}`) : tapReport();
    const findings = await lintAddon(addon);
    // An add-on may bring what is missing itself, which is found out; addon:lint tells.
    const isError = ({ level, rule }: Finding): boolean => level === 'error' && rule !== 'missing';
    const errors = findings.filter(isError);
    report.point({ name: 'it has the shape of an add-on', state: errors.length === 0 ? 'passed' : 'failed', lines: errors.map(findingLine) });
    for (const finding of findings.filter((one) => !isError(one))) report.note(findingLine(finding));
    const tried = { ...nameOf(addon), file };
    const test = { hostVersion: host, from, spec, joins: joins(addon), seconds: limits.install, listener: report };
    if (!errors.some(({ rule }) => UNUSABLE.includes(rule))) await inThrowawayHome(context, tried, test, report);
    const { failed } = report.end();
    return { status: failed === 0 ? 0 : 1 };
  });
}

const nameOf = ({ name, version }: AddonFiles): Omit<TriedPackage, 'file'> => ({ name, version });

const joins = ({ name, directory }: AddonFiles): boolean =>
  definedFunctions(readSmallFile(join(directory, SCRIPT), LIST_BYTES)).some((one) => one.name === `${name}_join`);

/** @throws UserError where it is no package */
function openPackage<T>(file: string, use: (addon: AddonFiles) => Promise<T>): Promise<T> {
  if (statOrNothing(file)?.isFile()) return withAddon(file, {}, use);
  throw new UserError('not-a-file', `${file} is not a file`, {
    status: 2,
    hint: `give a package with ${filesPath({ name: 'NAME', version: 'VERSION' })} in it, as addon:package writes it`,
  });
}

/** A version of the host that suits all that is released so far. */
const versionOfToday = (): string => `v${new Date().toISOString().slice(0, 10).replaceAll('-', '.')}-0`;

/** The run itself. A signal ends it in order: no process and no directory stays. */
async function inThrowawayHome({ layout, env, options, warn }: Context, tried: TriedPackage, test: AddonTestOptions, report: TestReport): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'tool-addon-test-'));
  await withInterrupts('', async ({ aborted: interrupted }) => {
    try {
      const home = makeThrowawayHome(layout, addonSubject(tried, scratch, options.stubs));
      try {
        await testAddon({ home, env, interrupted }, tried, test);
      } finally {
        await endLeftovers(home);
        if (options.keep) report.note(`kept in ${home.root}: ${home.enter} is a shell there, ${home.enter} COMMAND one command; rm -rf it when done`);
        else removeThrowawayHome(home);
      }
    } finally {
      if (!removeTree(scratch)) warn(`Cannot remove ${scratch}; remove it by hand`);
    }
  });
}
