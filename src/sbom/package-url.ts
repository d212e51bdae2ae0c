import { PackageURL } from 'packageurl-js';
import type { Published } from '../sources/kind.ts';

/** Forges that have a type of package URL, by their hosts. */
const FORGES: Readonly<Record<string, string>> = { 'github.com': 'github', 'bitbucket.org': 'bitbucket' };

/**
 * The package URL of a plugin (https://github.com/package-url/purl-spec): of its forge, of its registry, or `generic` with the address in a qualifier.
 * @param published where it can be had; undefined for what is on this machine alone
 */
export function packageUrl(name: string, version: string, published: Published | undefined): string {
  const generic = (qualifiers: Record<string, string>): string => new PackageURL('generic', null, name, version || null, qualifiers, null).toString();
  if (published === undefined) return generic({});
  if (published.form === 'archive') {
    return generic({ download_url: published.url, ...(published.sha256 === undefined ? {} : { checksum: `sha256:${published.sha256}` }) });
  }
  if (published.form === 'image') {
    const repository = published.url.replace(/^oci:\/\//, '');
    const last = repository.slice(repository.lastIndexOf('/') + 1);
    const qualifiers = { repository_url: repository, ...(published.tag === undefined ? {} : { tag: published.tag }) };
    return new PackageURL('oci', null, last.toLowerCase(), published.digest, qualifiers, null).toString();
  }
  return ofForge(published.url, published.commit) ?? generic({ vcs_url: `${gitAddress(published.url)}@${published.commit}` });
}

function ofForge(address: string, commit: string): string | undefined {
  const { host, path } = /^(?:https?:\/\/|ssh:\/\/git@|git@)(?<host>[^/:]+)[/:](?<path>.+?)(?:\.git)?\/?$/.exec(address)?.groups ?? {};
  const [owner, repository, ...more] = path?.split('/') ?? [];
  const type = host !== undefined && Object.hasOwn(FORGES, host) ? FORGES[host] : undefined;
  if (type === undefined || !owner || !repository || more.length > 0) return undefined;
  return new PackageURL(type, owner, repository, commit, null, null).toString();
}

/** An address of git as SPDX writes it: `git+https://…`. */
const gitAddress = (address: string): string => {
  const scp = /^((?:[^@/]+@)?[^:/]+):(?!\/\/)(.+)$/.exec(address);
  if (scp) return `git+ssh://${scp[1]}/${scp[2]}`;
  return address.startsWith('/') ? `git+file://${address}` : `git+${address}`;
};
