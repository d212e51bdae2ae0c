import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { SourceRequest } from './source.ts';

/** What a source is, told from its form (contract dokku §3 `plugin:install URL`). */
export type Classified = { readonly kind: 'git'; readonly url: string } | { readonly kind: 'directory'; readonly path: string };

const ARCHIVE = /\.(tar\.gz|tgz|tar\.xz|tar\.zst|zip)$/;

/**
 * Tells a git URL from a directory.
 * @throws UserError REFUSED or BAD_USAGE with what is accepted
 */
export function classify({ source, committish, version, link }: SourceRequest): Classified {
  if (source.startsWith('-')) throw new UserError('BAD_USAGE', `"${source}" is no source of a plugin`, { hint: 'put flags behind it' });
  for (const [flag, value] of [
    ['--committish', committish],
    ['--version', version],
  ] as const) {
    if (value?.startsWith('-') || value === '') throw new UserError('BAD_USAGE', `${flag} cannot be "${value}"`);
  }
  const isUrl = /^[a-z][a-z0-9+.-]*:/.test(source) || /^[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:/.test(source);
  if (ARCHIVE.test(source.replace(/[?#].*$/, ''))) {
    throw new UserError('REFUSED', `${source} is an archive, and archives cannot be installed yet`, { hint: 'unpack it and install the directory' });
  }
  if (isUrl) {
    if (link) throw new UserError('BAD_USAGE', '--link takes a directory', { hint: 'clone the repository and link the clone' });
    if (!/^(https?:|ssh:|file:|git:|git@|[A-Za-z0-9_.-]+@)/.test(source)) {
      throw new UserError('REFUSED', `${source} is not a source that plugins come from`, {
        hint: 'give a git URL (https:, ssh:, git:, file:, git@host:path) or a directory',
      });
    }
    return { kind: 'git', url: source };
  }
  if (committish || version) {
    throw new UserError('BAD_USAGE', '--committish and --version are for git repositories', {
      hint: `for a repository on this machine give file://${isAbsolute(source) ? source : resolve(source)}`,
    });
  }
  const path = resolve(source);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory())
    throw new UserError('REFUSED', `${source} is neither a git URL nor a directory`, { hint: 'a URL begins with https:, ssh:, git:, file: or git@' });
  return { kind: 'directory', path };
}

/** The name a plugin gets when none is given: the last part, without .git and dokku-, which repositories begin with. */
export const defaultName = (source: string): string => (source.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? '').replace(/\.git$/, '').replace(/^dokku-/, '');
