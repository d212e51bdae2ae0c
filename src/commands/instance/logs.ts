import { UserError } from '../../errors.ts';
import { readInstance } from '../../providers/instances/instance.ts';
import { followLog, lastLines } from '../../providers/instances/read-log.ts';
import { providerPaths } from '../../providers/paths.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { untilSignal } from '../serving.ts';

const USUAL_LINES = 100;

/** Prints the last lines of the log of an instance, and what is added to it. */
export async function run({ layout, args: [name], options, progress }: CommandContext<'instance:logs'>): Promise<Outcome> {
  const paths = providerPaths(layout.home);
  readInstance(paths, name);
  const number = options.lines ?? String(USUAL_LINES);
  if (!/^\d{1,7}$/.test(number)) throw new UserError('bad-value', `--lines takes a number, not "${number}"`);
  const file = paths.log(name);
  const { lines, end } = lastLines(file, Number(number));
  if (!options.follow) return { data: lines, lines: () => lines.map(painted) };
  for (const line of lines) progress(painted(line));
  const following = followLog(file, end, (line) => progress(painted(line)));
  await untilSignal(() => following.stop());
  return { data: [], lines: () => [] };
}

/** A line in the colour of its level. */
function painted(text: string): Line {
  const [, level] = text.split(' ', 2);
  if (level === 'error' || level === 'err') return { text, as: 'error' };
  return level === 'warn' ? { text, as: 'warning' } : text;
}
