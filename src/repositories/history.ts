import { krewHistory } from '../catalogue/formats/krew-repository.ts';
import type { Release } from '../catalogue/release.ts';
import { UserError } from '../errors.ts';
import { fetchIndex, hasHistory } from './clone-index.ts';
import { type Copy, type CopyWorld, withIndexLock } from './copy.ts';

/**
 * The releases of a name in an index in git, those of its history as well, which is fetched when it is first needed, and when the copy has gone on.
 * @param newest those of the copy
 * @throws UserError where the history cannot be had
 */
export async function withHistory({ settings, paths, meta }: Copy, name: string, newest: readonly Release[], world: CopyWorld): Promise<readonly Release[]> {
  const { place } = settings;
  if (place.kind !== 'git') return newest;
  if (!hasHistory(paths.clone)) {
    if (world.offline) {
      throw new UserError('offline', `Only the newest versions of ${settings.name} are available offline`, {
        hint: `use ${name} without a version, or run it once without --offline`,
      });
    }
    const { onEnd } = await world.listen(settings.name);
    await withIndexLock(settings, paths, world, () => fetchIndex(place.url, paths, 'whole')).finally(onEnd);
  }
  const { releases } = await krewHistory(paths.clone, meta.state, name);
  return releases.length > 0 ? releases : newest;
}
