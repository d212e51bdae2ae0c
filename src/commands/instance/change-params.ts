import type { JsonObject } from '../../providers/definition/json-fields.ts';
import { withProviderLock } from '../../providers/definition/provider-folders.ts';
import { keepInstance } from '../../providers/instances/change-instance.ts';
import { readInstance } from '../../providers/instances/instance.ts';
import { shownParams } from '../../providers/params/param.ts';
import type { ProviderPaths } from '../../providers/paths.ts';
import { Inventory } from '../../providers/supervisor/inventory.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { refuseBadParams, restartIfServed, stateLine } from './change.ts';

/** What parameters are changed in. */
interface ChangeWorld {
  readonly paths: ProviderPaths;
  readonly layout: CommandContext['layout'];
  readonly warn: (text: string) => void;
  readonly isDry: boolean;
}

/** Changes the parameters of an instance to what they are to be, and restarts it where it runs. @throws UserError where they would not be what their schemas say */
export async function changeParams(world: ChangeWorld, name: string, change: (params: JsonObject) => JsonObject): Promise<Outcome> {
  const { paths, isDry, warn } = world;
  const inventory = new Inventory(paths);
  const changed = await withProviderLock(paths, warn, async () => {
    const instance = readInstance(paths, name);
    const params = change(instance.params);
    const known = inventory.known(instance.provider);
    await refuseBadParams(name, inventory.provider(instance.provider), params, known);
    if (!isDry) keepInstance(paths, { ...instance, params }, instance);
    return {
      before: shownParams(instance.params, known),
      params: shownParams(params, known),
      isSame: JSON.stringify(params) === JSON.stringify(instance.params),
    };
  });
  const status = isDry || changed.isSame ? undefined : await restartIfServed(name, world);
  const data = { name, params: changed.params, changed: !isDry && !changed.isSame, state: status?.state ?? null };
  if (isDry) return { data, lines: () => [`would change the parameters of ${name} to ${JSON.stringify(changed.params)}`] };
  return {
    data,
    lines: () => [{ info: changed.isSame ? `Instance ${name} is what it was` : `Instance ${name} changed` }, ...(status ? [stateLine(status)] : [])],
  };
}
