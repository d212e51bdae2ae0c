import type { ActionWorld } from '../../providers/actions/actions.ts';
import { ObjectStore } from '../../providers/objects/object-store.ts';
import type { ProviderPaths } from '../../providers/paths.ts';
import { Inventory } from '../../providers/supervisor/inventory.ts';

/** What is known of actions without asking the supervisor: those of all instances, whether they run or not. */
export function offeredActions(paths: ProviderPaths): ActionWorld {
  const inventory = new Inventory(paths);
  const providers = new Map(inventory.providers().map((provider) => [provider.name, provider]));
  return {
    objects: new ObjectStore(paths.objects),
    known: inventory.known(),
    targets: inventory.instances().map(({ name, provider }) => ({
      instance: name,
      provider,
      actions: providers.get(provider)?.definition.actions ?? [],
      act: async () => ({ kind: 'unavailable', why: `${name} was not asked` }),
    })),
    onCall: () => {},
  };
}
