import { isHelmDirectory } from '../plugins/helm/is-helm-directory.ts';
import { absolute } from './local-path.ts';

/** The part of a source that can name a plugin: of an address neither host nor query, which may hold secrets. */
export function pathOf(source: string): string {
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(source);
  const path = isAddress ? source.replace(/^[^:]+:\/\/[^/?#]*/, '').replace(/[?#].*$/, '') : source;
  return (/(^|\/)\.\.?\/*$/.test(path) ? absolute(path) : path).replace(/\/+$/, '');
}

export const lastPart = (path: string): string => path.split(/[/:]/).at(-1) ?? '';

/** Repositories are often named as plugins made for Dokku are: `dokku-greet`. */
export const withoutDokku = (name: string): string => name.replace(/^dokku-/, '');

/** The name of a plugin by its path or its repository's address: the last part, without .git, and dokku- in front. */
export const defaultName = (source: string): string => withoutDokku(lastPart(pathOf(source)).replace(/\.git$/, ''));

/** What a plugin in a directory is called; undefined for one of Helm's, whose plugin.yaml says it. */
export const nameOfDirectory = (path: string): string | undefined => (isHelmDirectory(path) ? undefined : defaultName(path));
