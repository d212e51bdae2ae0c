import { UserError } from '../../errors.ts';
import { providerPaths } from '../../providers/paths.ts';
import { pageAddress } from '../../providers/supervisor/control-client.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Prints the address of the supervisor's page, with the token that opens it. */
export async function run({ layout: { brand, home } }: CommandContext<'serve:ui'>): Promise<Outcome> {
  const url = await pageAddress(providerPaths(home), brand);
  if (url === null)
    throw new UserError('no-page', 'The supervisor shows no page', { hint: `end it with \`${brand} serve:stop\`, and start it with \`${brand} serve --ui\`` });
  return { data: { url }, lines: () => [url] };
}
