import { UserError } from '../../errors.ts';
import { isOnPath } from '../../plugins/executable.ts';
import { isTerminal } from '../../terminal/colour.ts';
import { print } from '../../terminal/log.ts';
import { feed } from '../../terminal/pager.ts';

/**
 * Shows a manual page at a terminal, through man; elsewhere it is printed in roff.
 * @throws UserError program-missing where there is no man
 */
export async function showManual(page: string, env: Readonly<Record<string, string | undefined>>, pager: boolean): Promise<void> {
  if (!isTerminal(1)) return print(page.trimEnd());
  if (!isOnPath('man', env.PATH ?? ''))
    throw new UserError('program-missing', 'there is no man on PATH to show the page', { hint: 'install it, or print the page: add `| cat`' });
  await feed('man', pager ? ['-l', '-'] : ['-P', 'cat', '-l', '-'], env, page);
}
