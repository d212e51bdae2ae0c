import { setTimeout as sleep } from 'node:timers/promises';
import { errorLine, isUserError, UserError } from '../../errors.ts';
import { runChild } from '../../system/child.ts';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { writeDurably } from '../../system/durable.ts';
import { readDuration } from '../../system/duration.ts';
import { isInterrupted } from '../../system/interrupted.ts';
import { type Interrupts, withInterrupts } from '../../system/interrupts.ts';
import type { CommandContext, Outcome } from '../command.ts';
import type { PassFacts } from './mirror-outcome.ts';

/** How long is waited between two passes; undefined for one pass alone. @throws UserError */
export function readEvery({
  every,
  once,
  dryRun,
}: {
  every?: string | undefined;
  once?: boolean | undefined;
  dryRun?: boolean | undefined;
}): number | undefined {
  if (every === undefined) return undefined;
  if (once || dryRun) throw new UserError('conflicting-flags', `--every and ${once ? '--once' : '--dry-run'} exclude each other`);
  const milliseconds = readDuration(every);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw new UserError('bad-value', '--every takes a duration', { hint: 'write it like 90s, 15m or 1h' });
}

type Pass = (interrupts: Interrupts) => Promise<{ facts: PassFacts; failure: UserError | undefined }>;
type World = Pick<CommandContext, 'env' | 'warn' | 'progress'>;

/**
 * Makes one pass after another until a signal comes; what is under way then is done. What fails is told, and tried again by the next pass: a line that is wrong ends it
 * at once. systemd is told once the first pass is over (`Type=notify`).
 */
export async function passesUntilSignal(everyMs: number, pass: Pass, { env, warn, progress }: World): Promise<Outcome> {
  let [last, count]: [PassFacts | undefined, number] = [undefined, 0];
  try {
    await withInterrupts('', async (interrupts) => {
      while (interrupts.signal === undefined) {
        const began = Date.now();
        try {
          const { facts, failure } = await pass(interrupts);
          last = facts;
          if (failure) warn(errorLine(failure));
          if (count++ === 0) await notifySystemd(env, 'READY=1');
        } catch (error) {
          if (!isUserError(error) || error.status === 2) throw error;
          warn(errorLine(error));
        }
        await notifySystemd(env, `STATUS=${count} passes, the last at ${new Date().toISOString()}`);
        await sleep(Math.max(0, everyMs - (Date.now() - began)), undefined, { signal: interrupts.aborted }).catch(() => undefined);
      }
    });
  } catch (error) {
    // It is how such a process ends.
    if (!isInterrupted(error) || (error.cause !== undefined && isUserError(error.cause))) throw error;
  }
  await notifySystemd(env, 'STOPPING=1');
  progress({ info: 'Ended by a signal; what was under way is mirrored' });
  return { data: { passes: count, last: last ?? null }, lines: () => [] };
}

/** Tells systemd how things are, where it asked to be told; nothing is lost where it cannot be. */
async function notifySystemd(env: CommandContext['env'], line: string): Promise<void> {
  if (env.NOTIFY_SOCKET) await runChild('systemd-notify', [line], { env, output: 'capture-all' });
}

/** Writes what came of a pass, for who looks after it. */
export function writeReport(file: string, facts: PassFacts): void {
  explainDiskErrors('write the report', file, () => writeDurably(file, `${JSON.stringify(facts, null, 2)}\n`));
}
