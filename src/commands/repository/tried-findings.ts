import { platformText } from '../../catalogue/platforms.ts';
import { type Finding, findingOf } from '../../publishing/lint/finding.ts';
import type { IndexHere } from '../../publishing/lint/read-index.ts';
import { withInterrupts } from '../../system/interrupts.ts';
import { fetchProgress } from '../../terminal/progress.ts';
import { testLimits } from '../../testing/test-limits.ts';
import { endLeftovers, makeThrowawayHome, removeThrowawayHome } from '../../testing/throwaway-home.ts';
import { tryIndex } from '../../testing/try-index.ts';
import type { CommandContext } from '../command.ts';

/** Installs and unpacks what the index lists. A signal ends it in order: no process and no directory stays. */
export async function triedFindings(
  { catalogue: { format, releases }, entries, path }: IndexHere,
  { layout, env, progress }: CommandContext<'repository:lint'>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const seconds = testLimits(env).install;
  await withInterrupts('', async ({ aborted: interrupted }) => {
    const home = makeThrowawayHome(layout, { name: 'tried', directory: '/dev/null' });
    try {
      for await (const { release, platform, how, problem } of tryIndex(
        { home, env, interrupted },
        { path, format, releases },
        { layout, seconds, listener: fetchProgress('Trying') },
      )) {
        const what = `${release.name} ${release.version} for ${platformText(platform)}`;
        progress(problem === undefined ? `${what}: ${how}` : `${what}: not ${how}`);
        const entry = entries.find((one) => one.release === release);
        if (problem !== undefined && entry)
          findings.push(findingOf({ rule: 'try', level: 'error', text: `${platformText(platform)}: ${problem}`, holding: platform.url }, entry));
      }
    } finally {
      await endLeftovers(home);
      removeThrowawayHome(home);
    }
  });
  return findings;
}
