import { isUserError } from '../../errors.ts';
import { RequestFailure } from '../../http/failure.ts';
import type { Registry } from '../../registries/registry.ts';
import type { AskWorld, CompareWorld, Comparison } from '../kind.ts';
import type { SourceRequest } from '../request.ts';
import { findImage, highestTag, registryOf } from './find-image.ts';
import { ANY, type OciSource, shortDigest, wishOf } from './source.ts';

/**
 * Asks a registry whether what is asked for is what is installed: manifests are compared, and no plugin is pulled.
 * @throws UserError where it does not answer
 */
export async function isUnchanged(source: OciSource, request: SourceRequest, world: AskWorld): Promise<boolean> {
  if (request.image) return false;
  const wish = wishOf(request);
  const found = await findImage(wish, registryOf(wish.url, world));
  return found.digest === source.digest && found.source.tag === source.tag;
}

/**
 * Compares an installed image with what its registry has now.
 * @throws UserError where it cannot be asked, or what is followed is gone
 */
export async function compareImage(source: OciSource, world: CompareWorld): Promise<Comparison> {
  const registry = registryOf(source.url, world);
  if (source.exact) {
    const latest = highestTag(await registry.tags(), ANY) ?? '';
    const newer = isNewer(latest, source.tag);
    return { wanted: source.tag ?? shortDigest(source.digest), latest, state: newer ? 'outdated' : 'current' };
  }
  const latest = await latestTag(registry);
  const { url, version, tag } = source;
  const found = await findImage({ url, ...(version === undefined ? { ...(tag === undefined ? {} : { tag }) } : { version }) }, registry);
  const wanted = found.source.tag ?? '';
  const isSame = found.digest === source.digest;
  const remark = !isSame && version !== undefined && wanted === tag ? { remark: `${wanted} has another digest now than when it was installed` } : {};
  const isBehind = !isSame || wanted !== tag || (world.isHeld && isNewer(latest, tag));
  return { wanted, latest, state: isBehind ? 'outdated' : 'current', ...remark };
}

/** The highest tag that is a version; empty where there is none, or the registry is there and gives no list: what is followed is then known all the same. */
async function latestTag(registry: Registry): Promise<string> {
  try {
    return highestTag(await registry.tags(), ANY) ?? '';
  } catch (error) {
    if (isUserError(error) && !(error.cause instanceof RequestFailure && error.cause.passing)) return '';
    throw error;
  }
}

/** Whether a tag is a version above another one. */
const isNewer = (latest: string, tag: string | undefined): boolean =>
  latest !== '' && tag !== undefined && latest !== tag && highestTag([latest, tag], '>=0.0.0-0') === latest && highestTag([tag], '>=0.0.0-0') !== undefined;
