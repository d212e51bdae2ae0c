import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { REGISTRY_KEY } from '../../addons/registry-key.ts';
import { errorLine, isUserError, UserError } from '../../errors.ts';
import { download } from '../../http/download.ts';
import { localPath } from '../../sources/archive/fetch.ts';
import { packedFormat } from '../../sources/archive/packing.ts';
import { fileHash } from '../../system/file-hash.ts';
import { statOrNothing } from '../../system/links.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { shellQuote } from '../../system/shell-quote.ts';
import type { CollectedFile } from './collect.ts';

/** The package of an add-on that a spec needs. */
export interface NeededPackage {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly sha256?: string | undefined;
}

/** A package that goes into a bundle. */
export interface CollectedPackage extends NeededPackage {
  readonly sha256: string;
  readonly file: CollectedFile;
}

export interface PackageWorld {
  readonly folder: string;
  /** Where packages are that this machine cannot fetch. */
  readonly files?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress: (received: number, total: number | undefined) => void;
}

/**
 * Brings the packages of add-ons. Those that cannot be had are told together, each with the line that fetches it elsewhere (contract registry §2.6).
 * @throws UserError packages-missing
 */
export async function collectPackages(needed: readonly NeededPackage[], world: PackageWorld): Promise<CollectedPackage[]> {
  const [all, missing]: [CollectedPackage[], string[]] = [[], []];
  for (const one of needed) {
    try {
      all.push(await collectPackage(one, world));
    } catch (error) {
      if (!isUserError(error)) throw error;
      missing.push(`${one.name} ${one.version}: ${errorLine(error)}\n       curl -fLO ${shellQuote(withoutSecrets(one.url))}`);
    }
  }
  if (missing.length === 0) return all;
  throw new UserError('packages-missing', `${missing.length} of ${needed.length} packages cannot be had:\n       ${missing.join('\n       ')}`, {
    hint: 'fetch them where that works, and name their directory with --files',
  });
}

async function collectPackage(needed: NeededPackage, { folder, files, env, onProgress }: PackageWorld): Promise<CollectedPackage> {
  const { name, version, url, sha256 } = needed;
  const path = `external/${name}-${version}.tar.gz`;
  const place = join(folder, `package-${name}-${version}`);
  const local = localPath(url) ?? atHand(files, needed);
  if (local === undefined) await download(url, place, { maxBytes: Number.MAX_SAFE_INTEGER, onProgress }, env);
  else copyFileSync(local, place);
  const own = await fileHash(place);
  if (sha256 !== undefined && own !== sha256) {
    throw new UserError('checksum-mismatch', `the checksum of ${local ?? withoutSecrets(url)} is wrong: expected ${sha256}, got ${own}`, {
      hint: 'ask whoever publishes it',
    });
  }
  if (packedFormat(place) === undefined)
    throw new UserError('not-an-archive', `${local ?? withoutSecrets(url)} is no archive`, { hint: 'ask whoever publishes it' });
  return { ...needed, sha256: own, file: { path, sha256: own, bytes: statOrNothing(place)?.size ?? 0, place } };
}

/** A package that somebody has fetched: by the name that its address has, or by add-on and version. */
function atHand(files: string | undefined, { name, version, url }: NeededPackage): string | undefined {
  if (files === undefined) return undefined;
  const names = [decodedName(url), `${name}-${version}.tar.gz`];
  return names.map((one) => join(files, one)).find((file) => statOrNothing(file)?.isFile());
}

/** The name that a file has in its address. */
function decodedName(url: string): string {
  const { pathname } = new URL(url);
  try {
    return basename(decodeURIComponent(pathname));
  } catch {
    return basename(pathname);
  }
}

/** The registry of the packages of a bundle: it is a small mirror where it is unpacked. */
export function registryOf(packages: readonly CollectedPackage[]): { readonly path: string; readonly text: string } {
  const lists: Record<string, object[]> = {};
  for (const { name, version, url, sha256, file } of packages) {
    const entry = { version, kurlVersionCompatibilityRange: '*', origin: /^https?:/.test(url) ? url : 'https://bundle.invalid/', isPrerelease: false };
    lists[name] = [...(Object.hasOwn(lists, name) ? (lists[name] ?? []) : []), { ...entry, key: file.path, sha256Sum: sha256, size: file.bytes }];
  }
  return { path: REGISTRY_KEY, text: `${JSON.stringify(lists, null, 2)}\n` };
}
