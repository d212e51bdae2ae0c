import { platformText } from '../../catalogue/platforms.ts';
import { UserError } from '../../errors.ts';
import { parseImageReference } from '../../registries/reference.ts';
import { type FoundImage, Registry } from '../../registries/registry.ts';
import { bestTag } from '../git/best-tag.ts';
import type { AskWorld } from '../kind.ts';
import type { OciSource, OciWish } from './source.ts';

/** The image that somebody wants, and the tag that led to it. */
export interface WantedImage extends FoundImage {
  readonly source: OciSource;
}

/** The registry of a repository. @param url `oci://host/path/name` */
export const registryOf = (url: string, { plainHttp, listener }: Pick<AskWorld, 'plainHttp' | 'listener'>): Registry =>
  new Registry(parseImageReference(url), { env: process.env, plainHttp: plainHttp?.() ?? [], onRetry: listener?.onRetry });

/**
 * Finds the image that is asked for: by its digest, its tag, or the highest tag that is a version within a range.
 * @throws UserError no-such-version where there is none, and what the registry throws
 */
export async function findImage(wish: OciWish, registry: Registry): Promise<WantedImage> {
  const { url, version, digest } = wish;
  const tag = version === undefined ? wish.tag : await tagWithin(version, url, registry);
  const found = await registry.manifest(digest ?? tag ?? '');
  const words = { ...(version === undefined ? {} : { version }), ...(tag === undefined ? {} : { tag }) };
  const platform = found.platform === undefined ? {} : { platform: platformText(found.platform) };
  return { ...found, source: { kind: 'oci', url, ...words, digest: found.digest, ...platform, exact: digest !== undefined } };
}

async function tagWithin(range: string, url: string, registry: Registry): Promise<string> {
  const tags = await registry.tags();
  const tag = highestTag(tags, range);
  if (tag !== undefined) return tag;
  const named = tags.length === 0 ? 'it has no tags' : `its tags are ${tags.slice(-5).join(', ')}${tags.length > 5 ? ', and others' : ''}`;
  throw new UserError('no-such-version', `${url} has no tag that is a version${range === '*' ? '' : ` within ${range}`}`, {
    hint: `${named}; give one behind a colon`,
  });
}

/** The highest tag that is a version within a range: `_` in a tag stands for the `+` of a version. @throws UserError bad-version-range */
export function highestTag(tags: readonly string[], range: string): string | undefined {
  const versions = new Map(tags.map((tag) => [tag.replace('_', '+'), tag]));
  const best = bestTag([...versions.keys()], range);
  return best === undefined ? undefined : versions.get(best);
}
