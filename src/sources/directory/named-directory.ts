import { isAbsolute } from 'node:path';
import { UserError } from '../../errors.ts';
import type { SourceForm } from '../kind.ts';
import { absolute, isDirectory } from '../local-path.ts';
import { refuseChecksum } from '../refuse-words.ts';
import type { SourceRequest } from '../request.ts';

/**
 * The directory that a request names, to be copied or linked; undefined where it names none.
 * @throws UserError for flags that are for other sources
 */
export function namedDirectory(request: SourceRequest, { isUrl, isArchive }: SourceForm): string | undefined {
  const { source, committish, version } = request;
  if (isUrl || isArchive) return undefined;
  refuseChecksum(request);
  if (committish || version) {
    throw new UserError('flag-does-not-apply', '--committish and --version are for git repositories', {
      hint: `for a repository on this machine give file://${isAbsolute(source) ? source : absolute(source)}`,
    });
  }
  const path = absolute(source);
  return isDirectory(path) ? path : undefined;
}
