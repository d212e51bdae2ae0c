import { choose, remarksOn } from '../../catalogue/choose.ts';
import { newestFirst } from '../../catalogue/order.ts';
import { platformOf, platformText } from '../../catalogue/platforms.ts';
import type { Reference } from '../../catalogue/reference.ts';
import type { Release } from '../../catalogue/release.ts';
import type { AskWorld, CompareWorld, Comparison } from '../kind.ts';
import type { SourceRequest } from '../request.ts';
import { cataloguesFor, choiceWorld, findRelease } from './find-release.ts';
import { type CatalogueSource, placeOfSource } from './source.ts';

/**
 * Whether an index certainly gives what is installed: the same version, with a checksum, which is the one of what came.
 * @throws UserError where it cannot be asked
 */
export async function isUnchanged(source: CatalogueSource, request: SourceRequest, reference: Reference, world: AskWorld): Promise<boolean> {
  if (request.release) return false;
  const { chosen, platform } = await findRelease(request, reference, world);
  const isSame = chosen.release.version === source.version && platformText(platform) === platformText(source.platform);
  return isSame && chosen.platform.sha256 === source.sha256;
}

/**
 * Compares an installed release with what its index has now.
 * @throws UserError where it cannot be asked, or has the name no more
 */
export async function compareRelease(source: CatalogueSource, world: CompareWorld): Promise<Comparison> {
  const { repository, name, type, version, wish, exact } = source;
  const catalogues = await cataloguesFor(placeOfSource(source), world);
  const { releases } = await catalogues.find({ repository, name, wish }, type);
  const forWhom = choiceWorld(source.platform, placeOfSource(source));
  const [best, latest] = [choose(releases, wish, forWhom), choose(releases, '', forWhom)];
  const wanted = exact ? undefined : best.release?.version;
  const installed = releases.find((release) => release.version === version);
  const offered = installed && platformOf(installed, source.platform);
  const isChanged = offered?.sha256 !== undefined && offered.sha256 !== source.sha256;
  const remarks = [
    ...(installed ? remarksOn(installed, `${version}, which is installed,`) : []),
    ...(isChanged ? [`${version} has another checksum now than when it was installed`] : []),
  ];
  const newest = latest.release?.version;
  const { passedOver } = exact ? latest : best;
  const found = { wanted: wanted ?? '', latest: newest ?? '', passedOver, ...(remarks.length > 0 ? { remark: remarks.join('; ') } : {}) };
  // Nobody who asked for one version waits for another; that there is a newer one is told all the same.
  if (exact) return { ...found, state: isNewer(newest, version, releases) ? 'outdated' : 'current' };
  if (best.release === undefined) return { ...found, state: 'unknown', problem: `${best.problem}; ${best.hint}` };
  return { ...found, state: wanted === version && !isChanged ? 'current' : 'outdated' };
}

/** Whether a version stands above another one, or that is listed no more: a prerelease that was asked for is newer than the newest. */
function isNewer(newest: string | undefined, version: string, releases: readonly Release[]): boolean {
  const order = newestFirst(releases).map((release) => release.version);
  return newest !== undefined && (!order.includes(version) || order.indexOf(newest) < order.indexOf(version));
}
