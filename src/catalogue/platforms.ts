import { endianness } from 'node:os';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { ANY, type Platform, type Release, type ReleasePlatform } from './release.ts';

/** The systems and architectures that programs are built for, in Go's words, as indexes have them. */
export const SYSTEMS: readonly string[] = ['linux', 'darwin', 'windows', 'freebsd', 'openbsd', 'netbsd', 'solaris', 'aix', 'android'];
export const ARCHITECTURES: readonly string[] = [
  'amd64',
  'arm64',
  'arm',
  '386',
  'ppc64le',
  'ppc64',
  's390x',
  'riscv64',
  'loong64',
  'mips',
  'mipsle',
  'mips64',
  'mips64le',
];

/** Other words for them: Node's, uname's, people's. */
const SYSTEM_WORDS: Readonly<Record<string, string>> = { macos: 'darwin', mac: 'darwin', osx: 'darwin', win32: 'windows', sunos: 'solaris' };
const ARCHITECTURE_WORDS: Readonly<Record<string, string>> = {
  x64: 'amd64',
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv6l: 'arm',
  armv7: 'arm',
  armv7l: 'arm',
  armhf: 'arm',
  ia32: '386',
  x86: '386',
  i386: '386',
  i686: '386',
  ppc64el: 'ppc64le',
  mipsel: 'mipsle',
};

const meant = (word: string, words: Readonly<Record<string, string>>): string => (Object.hasOwn(words, word) ? (words[word] as string) : word);

/** A system and an architecture in Go's words, whatever they were called. */
export const platformNamed = (os: string, arch: string): Platform => ({ os: systemNamed(os), arch: architectureNamed(arch) });

const systemNamed = (word: string): string => (SYSTEMS.includes(word) ? word : meant(word.toLowerCase(), SYSTEM_WORDS));
const architectureNamed = (word: string): string => (ARCHITECTURES.includes(word) ? word : meant(word.toLowerCase(), ARCHITECTURE_WORDS));

/** The platform that this process runs on. */
export function hostPlatform(): Platform {
  // Node has one word for both orders of bytes.
  const arch = process.arch === 'ppc64' && endianness() === 'LE' ? 'ppc64le' : process.arch;
  return platformNamed(process.platform, arch);
}

/**
 * Reads a platform as typed: `linux/arm64`, `macos/x86_64`.
 * @throws UserError for what is none, or none that is known
 */
export function parsePlatform(text: string): Platform {
  const words = readPlatform(text);
  const platform = words && platformNamed(words.os, words.arch);
  if (platform && SYSTEMS.includes(platform.os) && ARCHITECTURES.includes(platform.arch)) return platform;
  throw new UserError('unknown-platform', `"${harmlessLine(text)}" is no platform that is known`, {
    hint: `write it as linux/amd64; systems: ${SYSTEMS.join(', ')}; architectures: ${ARCHITECTURES.join(', ')}`,
  });
}

/** The platform that somebody asked for, or this machine's. @throws UserError */
export const platformAsked = (text: string | undefined): Platform => (text === undefined ? hostPlatform() : parsePlatform(text));

/** Takes `linux/amd64` apart, whatever the words are; undefined for another form. */
export function readPlatform(text: string): Platform | undefined {
  const [, os, arch] = /^([\w-]+)\/([\w-]+)$/.exec(text) ?? [];
  return os === undefined || arch === undefined ? undefined : { os, arch };
}

export const platformText = ({ os, arch }: Platform): string => `${os}/${arch}`;

/** Whether a program for one platform, which may be any, runs on another one. */
export const suits = (offered: Platform, wanted: Platform): boolean =>
  (offered.os === ANY || offered.os === wanted.os) && (offered.arch === ANY || offered.arch === wanted.arch);

/** Whether there is a platform that both are for. */
export const overlap = (a: Platform, b: Platform): boolean =>
  (a.os === ANY || b.os === ANY || a.os === b.os) && (a.arch === ANY || b.arch === ANY || a.arch === b.arch);

/** What a release has for a platform; undefined where there is nothing. No two of its own overlap. */
export const platformOf = ({ platforms }: Pick<Release, 'platforms'>, platform: Platform): ReleasePlatform | undefined =>
  platforms.find((offered) => suits(offered, platform));

/** What is fetched for some platforms, each address once. */
export const oncePerAddress = (platforms: readonly ReleasePlatform[]): ReleasePlatform[] => [
  ...new Map(platforms.map((platform) => [platform.url, platform])).values(),
];
