import { isPluginName } from '../../home/names.ts';
import type { HelmMetadata } from './metadata.ts';

/** A plugin's name as Helm has it (contract helm §1.2); each is a plugin's name here as well. */
export const isHelmName = (name: string): boolean => /^[A-Za-z0-9_-]+$/.test(name) && !name.includes('\n');

/** Whether a protocol can be the scheme of a URL (RFC 3986, 3.1): one that cannot is never asked for. */
export const isScheme = (protocol: string): boolean => /^[a-z][a-z0-9+.-]{0,99}$/.test(protocol);

/** What Helm says of a plugin that says nothing of itself (contract helm §3.4). */
export const helmSummary = (name: string): string => `the "${name}" plugin`;

/** The word that a plugin is called by: the first of its usage, or else its name (contract helm §3.4). */
export function helmWordOf({ name, config: { usage } }: HelmMetadata): string {
  const word = usage.split(' ', 1)[0] as string;
  return isPluginName(word) ? word : name;
}

const MOST = 2n ** 64n;

/** MAJOR.MINOR.PATCH without zeros in front, with an optional prerelease and build (contract helm §1.4). Neither `v1.0.0` nor ` 1.0.0` is one. */
export function isStrictVersion(text: string): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/.exec(text);
  if (parts === null || text.endsWith('\n')) return false;
  const [, major = '', minor = '', patch = '', prerelease, build] = parts;
  const isNumber = (digits: string): boolean => !/^0\d/.test(digits) && BigInt(digits) < MOST;
  const identifiers = (joined: string | undefined): string[] => (joined === undefined ? [] : joined.split('.'));
  return (
    [major, minor, patch].every(isNumber) &&
    identifiers(prerelease).every((one) => one !== '' && !/^0\d+$/.test(one)) &&
    identifiers(build).every((one) => one !== '')
  );
}
