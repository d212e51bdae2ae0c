import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import { makeProviderFolders } from '../../providers/definition/provider-folders.ts';
import { instanceIfThere } from '../../providers/instances/instance.ts';
import { lastLines } from '../../providers/instances/read-log.ts';
import type { ServeStatus } from '../../providers/instances/statuses.ts';
import { providerPaths } from '../../providers/paths.ts';
import { askSupervisor, pageAddress, servingNow } from '../../providers/supervisor/control-client.ts';
import type { InstanceStatus } from '../../providers/supervisor/supervised.ts';
import { startChild } from '../../system/child.ts';
import { plural } from '../../system/word-list.ts';
import { countProgress } from '../../terminal/count-progress.ts';
import type { CommandContext, Outcome } from '../command.ts';

const OPEN_WITHIN_MS = 30_000;
const LOOKED_AT_EVERY_MS = 50;
const SHOWN_LINES = 5;

/** Starts the supervisor in a session of its own, and waits until its instances run or cannot. */
export async function goToBackground({ layout, env, options }: CommandContext<'serve'>): Promise<Outcome> {
  const paths = providerPaths(layout.home);
  makeProviderFolders(paths);
  const argv = [
    join(layout.packagePath, 'dist/main.cjs'),
    'command',
    'serve',
    'serve',
    '--foreground',
    ...(options.listen === undefined ? [] : ['--listen', options.listen]),
    ...(options.ui ? ['--ui'] : []),
  ];
  const log = openSync(paths.serveLog, 'w', 0o600);
  const started = startChild(process.execPath, argv, { env, cwd: '/', detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let status: number | undefined;
  void started.exited.then((code) => {
    status = code;
  });
  const until = Date.now() + OPEN_WITHIN_MS;
  while (servingNow(paths)?.process.pid !== started.process.pid) {
    if (status !== undefined || Date.now() > until) {
      const said = lastLines(paths.serveLog, SHOWN_LINES).lines.map((line) => line.replace(/^ ?(!|----->) */, ''));
      throw new UserError('instance-failed', `The supervisor did not start: ${said.join('; ') || 'it said nothing'}`, { hint: `see ${paths.serveLog}` });
    }
    await wait(LOOKED_AT_EVERY_MS);
  }
  started.process.unref();
  const progress = countProgress('Starting instances');
  let found = await askSupervisor<ServeStatus>(paths, layout.brand, 'GET /control/status');
  // One that was stopped, or created without being started, stays as it is.
  const isOver = ({ name, state }: InstanceStatus): boolean =>
    !['created', 'starting', 'configuring'].includes(state) || (state === 'created' && instanceIfThere(paths, name)?.wanted !== true);
  while (!found.instances.every(isOver)) {
    progress.onCount(found.instances.filter(isOver).length, found.instances.length);
    await wait(LOOKED_AT_EVERY_MS);
    found = await askSupervisor<ServeStatus>(paths, layout.brand, 'GET /control/status');
  }
  progress.onEnd();
  const page = await pageAddress(paths, layout.brand);
  const failed = found.instances.filter(({ state }) => state === 'failed' || state === 'restarting');
  return {
    data: { ...found, page },
    lines: () => [
      { info: `The supervisor runs as process ${found.pid}${found.endpoint === null ? '' : `, with the API at ${found.endpoint}`}` },
      ...(page === null ? [] : [{ info: `The page is at ${page}` }]),
      { info: `${plural(found.instances.filter(({ state }) => state === 'running').length, 'instance')} running` },
      ...failed.map(({ name, state, errors }) => ({ warning: `Instance ${name} is ${state}: ${errors.join('; ')}` })),
    ],
  };
}
