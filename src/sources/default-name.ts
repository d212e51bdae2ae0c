import { UserError } from '../errors.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { archiveFormat, withoutArchiveEnding } from './archive/format.ts';
import { absolute } from './local-path.ts';

/** What stands behind a name in an archive's: `-1.2`, `-v1.2.0-rc.1`. */
const VERSION_BEHIND = /-v?\d+(?:\.\d+)+-[0-9A-Za-z][0-9A-Za-z.+-]*$|-v?\d[0-9A-Za-z.+]*$/;
/** A version, or a commit, and nothing else. */
const VERSION_ALONE = /^(v?\d+(\.\d+)*([-+.][0-9A-Za-z.+-]*)?|[0-9a-f]{7,64})$/;
/** Where forges give out a branch, a tag or a commit of a repository. */
const OF_A_REPOSITORY = /^\/[^/]+\/[^/]+\/archive\/(?:refs\/(?:heads|tags)\/)?(.+)$/;

/** The part of a source that can name a plugin: of an address neither host nor query, which may hold secrets. */
function pathOf(source: string): string {
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(source);
  const path = isAddress ? source.replace(/^[^:]+:\/\/[^/?#]*/, '').replace(/[?#].*$/, '') : source;
  return (/(^|\/)\.\.?\/*$/.test(path) ? absolute(path) : path).replace(/\/+$/, '');
}

const lastPart = (path: string): string => path.split(/[/:]/).at(-1) ?? '';

/** What an archive's address says that it was made of, where it is no plugin's name: a version, a branch, a commit. */
export function madeOf(source: string): string | undefined {
  if (archiveFormat(source) === undefined) return undefined;
  const path = withoutArchiveEnding(pathOf(source));
  const [, ref] = /^https?:/.test(source) ? (OF_A_REPOSITORY.exec(path) ?? []) : [];
  return ref ?? (VERSION_ALONE.test(lastPart(path)) ? lastPart(path) : undefined);
}

/** The name a plugin gets when none is given: the last part, without what archives end in, .git, and dokku- in front. */
export function defaultName(source: string): string {
  const last = lastPart(pathOf(source)).replace(/\.git$/, '');
  const name = archiveFormat(source) === undefined ? last : withoutArchiveEnding(last).replace(VERSION_BEHIND, '');
  return name.replace(/^dokku-/, '');
}

/**
 * The name of a plugin whose address tells only what its archive was made of: that of the folder in it, without that.
 * @param folder the one folder that the archive holds
 * @param hint how to give a name
 * @throws UserError BAD_USAGE where neither tells it
 */
export function nameByFolder(source: string, folder: string | undefined, hint: string): string {
  const ref = (madeOf(source) ?? '').replaceAll('/', '-');
  const ending = [`-${ref}`, `-${ref.replace(/^v(?=\d)/, '')}`].find((candidate) => folder?.endsWith(candidate));
  const name = ending === undefined ? folder?.replace(VERSION_BEHIND, '') : folder?.slice(0, -ending.length);
  if (name && !VERSION_ALONE.test(name)) return name.replace(/^dokku-/, '');
  if (name === undefined && !VERSION_ALONE.test(ref)) return defaultName(source);
  throw new UserError('BAD_USAGE', `Neither the address ${withoutSecrets(source)} nor what it holds says what the plugin is called`, { hint });
}
