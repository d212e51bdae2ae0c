import type { ServerResponse } from 'node:http';
import { instanceIfThere, instanceNames } from '../instances/instance.ts';
import { stoppedStatus } from '../instances/statuses.ts';
import type { InstanceStatus } from '../supervisor/supervised.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { streamLines } from './line-stream.ts';

/** Changes that come together are told together. */
const TOLD_WITHIN_MS = 50;
/** Instances come and go by commands that do not tell the supervisor. */
const LOOKED_AT_EVERY_MS = 2000;

/** All instances: those that the supervisor has, and those that were made without being started. */
function allStatuses({ statuses, options: { paths } }: Supervisor): InstanceStatus[] {
  const known = new Set(statuses.map(({ name }) => name));
  const others = instanceNames(paths)
    .filter((name) => !known.has(name))
    .flatMap((name) => {
      try {
        return instanceIfThere(paths, name) ?? [];
      } catch {
        return [];
      }
    });
  return [...statuses, ...others.map((one) => stoppedStatus(paths, one))].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Tells how all instances are, and again with each change, for as long as somebody reads: `{"now", "instances"}`. Who reads slowly is told of the last change alone. */
export function watchInstances(supervisor: Supervisor, response: ServerResponse): void {
  let told = '';
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    timer = undefined;
    if (stream.isBehind) return;
    const instances = JSON.stringify(allStatuses(supervisor));
    if (instances === told) return;
    told = instances;
    stream.send(`{"now":${JSON.stringify(new Date().toISOString())},"instances":${instances}}`);
  };
  const unwatch = supervisor.onChange(() => {
    timer ??= setTimeout(look, TOLD_WITHIN_MS);
  });
  const looking = setInterval(look, LOOKED_AT_EVERY_MS);
  const stream = streamLines(response, () => {
    clearTimeout(timer);
    clearInterval(looking);
    unwatch();
  });
  look();
}
