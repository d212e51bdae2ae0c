import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { UserError } from '../../errors.ts';
import type { TakenLines } from '../../providers/events/take-lines.ts';
import { providerPaths } from '../../providers/paths.ts';
import { sendToSupervisor } from '../../providers/supervisor/control-client.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { plural } from '../../system/word-list.ts';
import type { CommandContext, Outcome } from '../command.ts';

type Context = CommandContext<'event:publish'>;

/** Publishes an event of the command line, or those that standard input brings. */
export async function run({ layout, args: [subject], options }: Context): Promise<Outcome> {
  const paths = providerPaths(layout.home);
  if (options.stdin !== true) {
    if (subject === undefined)
      throw new UserError('missing-argument', 'An event is missing', { hint: 'give one like deploys.done.web, or --stdin to read some' });
    if (options.wait) throw new UserError('flag-does-not-apply', '--wait goes with --stdin', { hint: 'leave it out' });
    const line = JSON.stringify({ ...partsOf(subject), Object: objectOf(options.object) });
    const data = await sendToSupervisor<TakenLines>(paths, layout.brand, '/control/events', Readable.from([line]));
    return { data, lines: () => [{ info: `${harmlessLine(subject)} published` }] };
  }
  if (subject !== undefined || options.object !== undefined)
    throw new UserError('flag-does-not-apply', '--stdin reads whole events', { hint: 'leave out the other event, and --object' });
  const data = await sendToSupervisor<TakenLines>(paths, layout.brand, `/control/events${options.wait ? '?wait' : ''}`, process.stdin);
  return { data, lines: () => [{ info: `${plural(data.published, 'event')} published` }] };
}

/** The parts of `TYPE.ACTION.KEY`; a key may have dots, and may be left out. @throws UserError bad-value */
function partsOf(subject: string): { Type: string; Action: string; Key: string } {
  const [, Type = '', Action = '', Key = ''] = /^([^.]+)\.([^.]+)(?:\.(.*))?$/s.exec(subject) ?? [];
  if (Action === '')
    throw new UserError('bad-value', `"${harmlessLine(subject)}" names no event`, { hint: 'write it as TYPE.ACTION.KEY, such as deploys.done.web' });
  return { Type, Action, Key };
}

/** What an event is about. @throws UserError bad-value for what is no JSON */
function objectOf(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text === '-' ? readFileSync(0, 'utf8') : text);
  } catch {
    throw new UserError('bad-value', `${text === '-' ? 'Standard input' : 'What --object gives'} is no JSON`, {
      hint: `a text has quotation marks: --object '"text"'`,
    });
  }
}
