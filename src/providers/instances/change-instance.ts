import { spoolEvent } from '../../home/event-spool.ts';
import type { JsonObject } from '../definition/json-fields.ts';
import { completeObject } from '../models.ts';
import { type KnownParams, shownParams } from '../params/param.ts';
import type { ProviderPaths } from '../paths.ts';
import { Inventory } from '../supervisor/inventory.ts';
import { eraseInstance, type Instance, writeInstance } from './instance.ts';

/** Writes an instance that is new, or has changed, and tells of it. The caller holds the lock. @param before as it was, for one that was there */
export function keepInstance(paths: ProviderPaths, instance: Instance, before?: Instance): void {
  writeInstance(paths, instance);
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(instance)) return;
  tell(paths, before === undefined ? 'create' : 'update', instance, before);
}

/** Forgets an instance, and tells of it. The caller holds the lock. */
export function destroyInstance(paths: ProviderPaths, instance: Instance): void {
  eraseInstance(paths, instance.name);
  tell(paths, 'delete', instance, instance);
}

function tell(paths: ProviderPaths, action: string, instance: Instance, before: Instance | undefined): void {
  spoolEvent(paths.spool, () => {
    const known = new Inventory(paths).known(instance.provider);
    return { type: 'plugins', action, key: instance.name, object: shown(instance, known), original: before === undefined ? null : shown(before, known) };
  });
}

/** An instance as an object of the API, without its secrets. */
const shown = ({ name, provider, description, params, wanted }: Instance, known: KnownParams): JsonObject =>
  completeObject('plugins', name, { Description: description, Provider: provider, Params: shownParams(params, known), Wanted: wanted });
