import { type ChoiceWorld, type Chosen, chooseOrRefuse } from '../../catalogue/choose.ts';
import { platformAsked } from '../../catalogue/platforms.ts';
import type { Reference } from '../../catalogue/reference.ts';
import type { Platform } from '../../catalogue/release.ts';
import { isUserError, UserError } from '../../errors.ts';
import type { Catalogues } from '../../repositories/catalogues.ts';
import type { FoundReleases } from '../../repositories/find.ts';
import { VERSION } from '../../version.ts';
import type { AskWorld } from '../kind.ts';
import { WHAT_URLS_ARE } from '../refuse-words.ts';
import type { SourceRequest } from '../request.ts';

/** A release that was chosen, and among which. */
export interface FoundRelease {
  readonly found: FoundReleases;
  readonly chosen: Chosen;
  readonly platform: Platform;
}

/** For whom a release is chosen. @param label what the user calls its name */
export const choiceWorld = (platform: Platform, label: string): ChoiceWorld => ({ platform, hosts: { tool: VERSION }, label });

/**
 * The repositories to look into.
 * @param text what was typed, where it may have been meant as something else
 * @throws UserError where there are none
 */
export async function cataloguesFor(text: string, { catalogues }: AskWorld): Promise<Catalogues> {
  const opened = await catalogues?.();
  if (opened && opened.repositories.length > 0) return opened;
  const neither = `${text} is neither a git URL nor a directory`;
  if (!opened) throw new UserError('not-a-source', neither, { hint: WHAT_URLS_ARE });
  throw new UserError('no-repositories', `${neither}, and there are no repositories to have a plugin from by its name`, {
    hint: `${WHAT_URLS_ARE}; repository:add adds a repository`,
  });
}

/**
 * Finds what a reference names in the repositories, and chooses among its releases.
 * @throws UserError where it is not found, or nothing suits
 */
export async function findRelease(request: SourceRequest, reference: Reference, world: AskWorld): Promise<FoundRelease> {
  const platform = platformAsked(request.platform);
  const catalogues = await cataloguesFor(request.source, world);
  const found = await catalogues.find(reference, request.type);
  const label = `${found.repository}/${found.name}`;
  try {
    const chosen = chooseOrRefuse(found.releases, reference.wish, choiceWorld(platform, label));
    world.listener?.onPassedOver?.(chosen.passedOver);
    return { found, chosen, platform };
  } catch (error) {
    if (!isUserError(error) || error.code !== 'bad-version-range') throw error;
    throw new UserError('bad-version-range', `${label}@${reference.wish}: ${error.message}`, error.hint ? { hint: error.hint } : {});
  }
}
