import { UserError } from '../../errors.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { lastPart, pathOf, withoutDokku } from '../default-name.ts';
import { archiveFormat, withoutArchiveEnding } from './format.ts';

/** What stands behind a name in an archive's: `-1.2`, `-v1.2.0-rc.1`. */
const VERSION_BEHIND = /-v?\d+(?:\.\d+)+-[0-9A-Za-z][0-9A-Za-z.+-]*$|-v?\d[0-9A-Za-z.+]*$/;
/** A version, or a commit, and nothing else. */
const VERSION_ALONE = /^(v?\d+(\.\d+)*([-+.][0-9A-Za-z.+-]*)?|[0-9a-f]{7,64})$/;
/** Where forges give out a branch, a tag or a commit of a repository. */
const OF_A_REPOSITORY = /^\/[^/]+\/[^/]+\/archive\/(?:refs\/(?:heads|tags)\/)?(.+)$/;

/** What an archive's address says that it was made of, where it is no plugin's name: a version, a branch, a commit. */
export function madeOf(source: string): string | undefined {
  if (archiveFormat(source) === undefined) return undefined;
  const path = withoutArchiveEnding(pathOf(source));
  const [, ref] = /^https?:/.test(source) ? (OF_A_REPOSITORY.exec(path) ?? []) : [];
  return ref ?? (VERSION_ALONE.test(lastPart(path)) ? lastPart(path) : undefined);
}

/** An address's last part, without what archives end in, and versions. */
const byAddress = (source: string): string => withoutDokku(withoutArchiveEnding(lastPart(pathOf(source))).replace(VERSION_BEHIND, ''));

/** The name of a plugin by its archive's address; undefined where that tells only what the archive was made of. */
export const archiveName = (source: string): string | undefined => (madeOf(source) === undefined ? byAddress(source) : undefined);

/**
 * The name of a plugin whose address tells only what its archive was made of: that of the folder in it, without that.
 * @param folder the one folder that the archive holds
 * @param hint how to give a name
 * @throws UserError where neither tells it
 */
export function nameByFolder(source: string, folder: string | undefined, hint: string): string {
  const ref = (madeOf(source) ?? '').replaceAll('/', '-');
  const ending = [`-${ref}`, `-${ref.replace(/^v(?=\d)/, '')}`].find((candidate) => folder?.endsWith(candidate));
  const name = ending === undefined ? folder?.replace(VERSION_BEHIND, '') : folder?.slice(0, -ending.length);
  if (name && !VERSION_ALONE.test(name)) return withoutDokku(name);
  if (name === undefined && !VERSION_ALONE.test(ref)) return byAddress(source);
  throw new UserError('plugin-without-name', `Neither the address ${withoutSecrets(source)} nor what it holds says what the plugin is called`, { hint });
}
