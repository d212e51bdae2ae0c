import { isListOf, isObject, isText, type Shape } from '../../system/own-json.ts';
import { SETTINGS_BYTES, smallBytesIfThere } from '../../system/small-file.ts';
import { parsedJson } from '../definition/json-fields.ts';
import type { NatsStatus } from '../events/nats/link.ts';
import type { SubscriberStatus } from '../events/queue.ts';
import type { ProviderPaths } from '../paths.ts';
import { askSupervisor, servingNow } from '../supervisor/control-client.ts';
import type { InstanceStatus } from '../supervisor/supervised.ts';
import { type Instance, instanceNames, readInstance } from './instance.ts';

/** What the supervisor says of itself. */
export interface ServeStatus {
  readonly pid: number;
  readonly startedAt: string;
  readonly memory: number;
  readonly endpoint: string | null;
  /** Where the page is, without its token; null where there is none. */
  readonly page: string | null;
  /** Events since it began. */
  readonly publishedEvents: number;
  /** Events that subscribers lost, those included that have ended. */
  readonly droppedEvents: number;
  readonly subscribers: readonly SubscriberStatus[];
  /** Null where events stay in the home. */
  readonly nats: NatsStatus | null;
  readonly instances: readonly InstanceStatus[];
}

/** An instance, and how it is. */
export interface ShownInstance {
  readonly instance: Instance;
  readonly status: InstanceStatus;
}

const isLastState: Shape<{ readonly errors: readonly string[] }> = isObject<{ readonly errors: readonly string[] }>({ errors: isListOf(isText) });

/** All instances and how they are: by the supervisor, where one runs; else they are stopped, and what went wrong last is told. */
export async function shownInstances(paths: ProviderPaths, brand: string, names = instanceNames(paths)): Promise<ShownInstance[]> {
  const instances = names.map((name) => readInstance(paths, name));
  const told = servingNow(paths) === undefined ? [] : (await askSupervisor<ServeStatus>(paths, brand, 'GET /control/status')).instances;
  const byName = new Map(told.map((status) => [status.name, status]));
  return instances.map((instance) => ({ instance, status: byName.get(instance.name) ?? stoppedStatus(paths, instance) }));
}

/** How an instance is that no supervisor has: stopped, with what went wrong last. */
export function stoppedStatus(paths: ProviderPaths, { name, provider, createdAt }: Instance): InstanceStatus {
  const last = parsedJson(smallBytesIfThere(paths.lastState(name), SETTINGS_BYTES)?.toString() ?? '');
  return { name, provider, state: 'stopped', pid: null, since: createdAt, restarts: 0, errors: isLastState(last) ? last.errors : [], generation: null };
}
