import { ANY, type Platform, type Release, type ReleaseKind } from '../../catalogue/release.ts';

const KIND_WORDS: Readonly<Record<ReleaseKind, string>> = { plugin: 'plugin', binary: 'program', helm: 'Helm plugin', addon: 'add-on' };

/** What a release is, in a word: its type where the index tells it. */
export const kindWord = ({ type, kind }: Release): string => type ?? KIND_WORDS[kind];

const SYSTEM_NAMES: Readonly<Record<string, string>> = {
  linux: 'Linux',
  darwin: 'macOS',
  windows: 'Windows',
  freebsd: 'FreeBSD',
  openbsd: 'OpenBSD',
  netbsd: 'NetBSD',
  solaris: 'Solaris',
  aix: 'AIX',
  android: 'Android',
};

const systemName = (os: string): string => (os === ANY ? 'Any system' : Object.hasOwn(SYSTEM_NAMES, os) ? (SYSTEM_NAMES[os] as string) : os);

/** The systems that there is something for, each once, as listed. */
export const systemNames = (platforms: readonly Platform[]): string[] => [...new Set(platforms.map(({ os }) => systemName(os)))];

/** `Linux amd64`, `macOS, any architecture`. */
export function platformName({ os, arch }: Platform): string {
  if (arch !== ANY) return `${systemName(os)} ${arch}`;
  return os === ANY ? 'Any platform' : `${systemName(os)}, any architecture`;
}

/** The platforms, a line for each system: `Linux amd64, arm64`. */
export function platformLines(platforms: readonly Platform[]): string[] {
  const lines = new Map<string, string>();
  for (const platform of platforms) {
    const line = lines.get(platform.os);
    lines.set(platform.os, line === undefined ? platformName(platform) : `${line}, ${platform.arch}`);
  }
  return [...lines.values()];
}

/** A number as people read it: `1,000`, `1,000 plugins`. @param what the word for one, whose plural ends in s */
export const countText = (count: number, what?: string): string => {
  const number = String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return what === undefined ? number : `${number} ${what}${count === 1 ? '' : 's'}`;
};
