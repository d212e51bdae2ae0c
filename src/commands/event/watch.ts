import type { IncomingMessage } from 'node:http';
import { UserError } from '../../errors.ts';
import { readFilter } from '../../providers/events/filter.ts';
import { readSince } from '../../providers/events/nats/since.ts';
import { providerPaths } from '../../providers/paths.ts';
import { followSupervisor } from '../../providers/supervisor/control-client.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { isInterrupted } from '../../system/interrupted.ts';
import { withInterrupts } from '../../system/interrupts.ts';
import { lineBatches } from '../../system/line-batches.ts';
import { isTerminal } from '../../terminal/colour.ts';
import { printHeaded, printJsonLines } from '../../terminal/line-stream.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { isAnnouncement, shownEvent } from './shown-event.ts';

/** As long as an event may be, and more. */
const LINE_BYTES = 64 << 20;

/** Prints events as they come, until there were enough, a signal comes or the supervisor ends. */
export async function run({ layout, args: filters, options }: CommandContext<'event:watch'>): Promise<Pick<Outcome, 'status'>> {
  for (const filter of filters) readFilter(filter);
  const { count = '', since, json } = options;
  if (since !== undefined) readSince(since, Date.now());
  if (!/^(|[1-9]\d{0,14})$/.test(count)) throw new UserError('bad-value', `--count takes a number from 1, not "${harmlessLine(count)}"`);
  const format = json ? 'json' : (options.format ?? (isTerminal(1) ? 'text' : 'json'));
  const query = new URLSearchParams(filters.map((filter): [string, string] => ['filter', filter]));
  if (since !== undefined) query.set('since', since);
  const response = await followSupervisor(providerPaths(layout.home), layout.brand, `/control/events?${query}`);
  try {
    await withInterrupts('', async ({ aborted }) => {
      aborted.addEventListener('abort', () => response.destroy());
      const print = format === 'json' ? printJsonLines : (lines: readonly string[]): void => printHeaded(lines.map(shownEvent));
      const isEnough = await printed(response, count === '' ? Number.POSITIVE_INFINITY : Number(count), print);
      if (!isEnough && !aborted.aborted)
        throw new UserError('not-serving', response.complete ? 'The supervisor has ended' : 'The supervisor was killed, or cut the connection', {
          hint: `start it with \`${layout.brand} serve\``,
        });
    });
  } catch (error) {
    // It is how one ends that is to go on.
    if (!isInterrupted(error)) throw error;
  }
  return {};
}

/** Prints so many events of an answer. @returns whether there were so many */
async function printed(response: IncomingMessage, count: number, print: (lines: readonly string[]) => void): Promise<boolean> {
  let left = count;
  try {
    for await (const batch of lineBatches(response, LINE_BYTES)) {
      const lines: string[] = [];
      for (const line of batch) {
        // An empty one says that the connection is well.
        if (line === '' || left === 0) continue;
        lines.push(line);
        if (count !== Number.POSITIVE_INFINITY && !isAnnouncement(line)) left--;
      }
      print(lines);
      if (left === 0) return true;
    }
  } catch (error) {
    if (!response.errored) throw error;
  }
  return false;
}
