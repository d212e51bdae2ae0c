import type { Environment, Layout } from '../../home/layout.ts';
import { printJson } from '../../terminal/log.ts';
import { everyCommand } from './every-command.ts';
import type { HelpCall } from './help-call.ts';
import { warnOfScript } from './warn-of-script.ts';

/** Shows everything that is known of every command: for programs, or as a manual page. */
export async function showEvery(call: HelpCall, layout: Layout, env: Environment): Promise<void> {
  const commands = await everyCommand(layout, env, (said, warning) => warnOfScript({ said, warning }));
  if (call.json) return printJson({ commands });
  const { manualPage } = await import('../../help/man-page.ts');
  const { showManual } = await import('./show-manual.ts');
  return showManual(manualPage(commands, layout.brand), env, call.pager);
}
