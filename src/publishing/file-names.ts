import { isReleaseName, NAME_RULE } from '../catalogue/names.ts';
import { ARCHITECTURES, platformNamed, SYSTEMS } from '../catalogue/platforms.ts';
import { ANY, type Platform } from '../catalogue/release.ts';
import { ARCHIVE_ENDINGS, COMPRESSED_ENDINGS } from '../sources/archive/format.ts';

/** What a published file is: a program for Botkube, or a plugin of tool's own, which is always an archive. */
const FILE_TYPES = ['executor', 'source', 'plugin'] as const;
export type FileType = (typeof FILE_TYPES)[number];

/** What the name of a published file says: `TYPE_NAME_OS_ARCH[.EXT]`, or `NAME-VERSION.tgz`. */
export interface NamedFile extends Platform {
  readonly type: FileType;
  readonly name: string;
  /** Of an archive that is called as `plugin:package` and Helm call them: other archives may be called so too, and are no plugins. */
  readonly version?: string;
  /** Whether it is packed: an archive, or one program that is compressed. */
  readonly isPacked: boolean;
  /** Whether its name may be that of one program that is compressed, and of no archive. */
  readonly isMaybeOne: boolean;
}

/** What is said of a file that is not published. */
interface NotNamed {
  readonly type?: undefined;
  /** Undefined for what has nothing to do with plugins. */
  readonly text?: string;
  readonly remedy?: string;
  /** Whether the index is not made for it. */
  readonly isError?: boolean;
}

/** The endings of packed files, as Botkube has them (contract registry §1.3): the longer ones first. */
const PACKED = [...ARCHIVE_ENDINGS, ...COMPRESSED_ENDINGS];
/** The endings of programs. Botkube takes them for a part of the architecture. */
const PROGRAMS = ['exe', 'sh'];
/** What stands beside a published file and is of it: checksums, signatures, lists of parts, notes. */
const BESIDE = /\.(sha\d+(sum)?|md5|sig|asc|gpg|minisig|pem|crt|cert|sbom|spdx|cdx|jsonl?|ya?ml|toml|prov|txt|md|log)$/i;

/** An archive as `plugin:package` and Helm call it (contract helm §7.1); the version begins behind the first hyphen that a number with a dot follows. */
const BY_VERSION = /^(.+?)-(\d+\.\d[A-Za-z0-9.+-]*)\.tgz$/;

export const PATTERN = 'TYPE_NAME_OS_ARCH, like executor_helm_darwin_amd64 or plugin_deploy_any_any.tar.gz';

/**
 * Reads the name of a file. `NAME-VERSION.tgz` is a plugin for any platform. Any other is read from the outside in: the type stands in front of the first `_`; the architecture, `x86_64` included, and the system behind the
 * last ones. What is left is the plugin's name and may have `_` in it.
 */
export function readFileName(base: string): NamedFile | NotNamed {
  const [, packedName = '', version] = BY_VERSION.exec(base) ?? [];
  if (version !== undefined && !FILE_TYPES.some((word) => base.startsWith(`${word}_`))) {
    return isReleaseName(packedName) ? { type: 'plugin', name: packedName, version, os: ANY, arch: ANY, isPacked: true, isMaybeOne: false } : {};
  }
  const type = FILE_TYPES.find((word) => base.startsWith(word));
  if (type === undefined || BESIDE.test(base)) return {};
  if (base[type.length] !== '_') {
    return { text: `begins with "${type}" and is no plugin's file: it is left out`, remedy: `name it ${PATTERN}, or keep it elsewhere` };
  }
  const packed = PACKED.find((ending) => base.endsWith(ending));
  const unpacked = packed === undefined ? base : base.slice(0, -packed.length);
  const program = PROGRAMS.find((word) => unpacked.toLowerCase().endsWith(`.${word}`));
  const rest = unpacked.slice(type.length + 1, program === undefined ? undefined : -program.length - 1);
  const [, name = '', os = '', arch = ''] = /^(.+)_([^_]+)_(x86_64)$/s.exec(rest) ?? /^(.+)_([^_]+)_([^_]+)$/s.exec(rest) ?? [];
  if (name === '') return wrong(base, 'a part of it is missing');
  const platform = platformNamed(os, arch);
  const problem = nameProblem(name) ?? platformProblem(platform);
  return problem === undefined
    ? { type, name, ...platform, isPacked: packed !== undefined, isMaybeOne: COMPRESSED_ENDINGS.includes(packed ?? '') }
    : wrong(base, problem);
}

/** In Botkube's words, and why. */
const wrong = (base: string, why: string): NotNamed => ({
  text: `path ${base} doesn't follow required pattern <plugin_type>_<plugin_name>_<os>_<arch>: ${why}`,
  remedy: `name it ${PATTERN}`,
  isError: true,
});

const nameProblem = (name: string): string | undefined => (isReleaseName(name) ? undefined : `"${name}" is no name of a plugin: ${NAME_RULE}`);

/** One word that is not known may be of a platform that is new; two, or a system in the place of the architecture, are of a name that was taken apart wrongly. */
function platformProblem({ os, arch }: Platform): string | undefined {
  if (!/^[A-Za-z0-9-]+$/.test(os) || !/^[A-Za-z0-9-]+$/.test(arch))
    return `"${os}/${arch}" is no platform; an extension that is not known is read as a part of it`;
  const [isSystem, isArchitecture] = [os === ANY || SYSTEMS.includes(os), arch === ANY || ARCHITECTURES.includes(arch)];
  return !isArchitecture && (!isSystem || SYSTEMS.includes(arch)) ? `"${os}/${arch}" is no platform that is known` : undefined;
}
