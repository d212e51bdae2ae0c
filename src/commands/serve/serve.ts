import { once } from 'node:events';
import { UserError } from '../../errors.ts';
import { type ListenAddress, readListenAddress } from '../../providers/api/doors.ts';
import { providerPaths } from '../../providers/paths.ts';
import { servingNow } from '../../providers/supervisor/control-client.ts';
import { serve } from '../../providers/supervisor/serve.ts';
import { serveSettings } from '../../providers/supervisor/settings.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { isInterrupted } from '../../system/interrupted.ts';
import { withInterrupts } from '../../system/interrupts.ts';
import { isTerminal } from '../../terminal/colour.ts';
import { VERSION } from '../../version.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { goToBackground } from './go-to-background.ts';

/** Where the page is, unless it is told. */
const ANY_PORT = '127.0.0.1:0';

/** Runs the supervisor of a home: here until a signal comes, or in the background. */
export async function run(context: CommandContext<'serve'>): Promise<Outcome> {
  const { layout, env, options } = context;
  refuseNested(env);
  const paths = providerPaths(layout.home);
  const listen = options.listen === undefined && !options.ui ? undefined : readListenAddress(options.listen ?? ANY_PORT);
  const running = servingNow(paths);
  if (running)
    throw new UserError('already-serving', `The supervisor of this home runs already, as process ${running.process.pid}`, {
      hint: `see it with \`${layout.brand} serve:status\``,
    });
  // What is wrong with the settings is told here, not by a process that nobody sees.
  serveSettings(layout.home);
  return options.foreground ? serveHere(context, listen) : goToBackground(context);
}

async function serveHere({ layout, env, options, progress, warn }: CommandContext<'serve'>, listen: ListenAddress | undefined): Promise<Outcome> {
  const { brand, home, packagePath } = layout;
  try {
    await withInterrupts('', ({ aborted }) =>
      serve({
        paths: providerPaths(home),
        home,
        packagePath,
        version: VERSION,
        env,
        settings: serveSettings(home),
        listen,
        pageFor: options.ui ? brand : undefined,
        onNote: warn,
        onOpen: (url, page) => {
          progress({ info: `The supervisor runs as process ${process.pid}${url === undefined ? '' : `, with the API at ${url}`}` });
          // The token is for whoever looks at this, and for no log that it is written to.
          if (page !== undefined) progress({ info: isTerminal(1) ? `The page is at ${page}` : `\`${brand} serve:ui\` prints where the page is` });
        },
        onStarted: (done, all) => {
          if (done === all) progress({ info: `Started ${all === 1 ? 'the instance' : `${all} instances`}` });
        },
        untilStopped: aborted.aborted ? Promise.resolve() : once(aborted, 'abort'),
      }),
    );
  } catch (error) {
    // It is how a supervisor ends.
    if (!isInterrupted(error)) throw error;
  }
  return { data: { pid: process.pid }, lines: () => [{ info: 'The supervisor has ended, and its instances with it' }] };
}
