import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type RawEntry, tarGz } from './archives.ts';
import { sha256 } from './digests.ts';

/** The package of an add-on, as its author publishes it. */
export interface TestPackage {
  readonly name: string;
  readonly version: string;
  readonly bytes: Buffer;
  /** What is said of it; by default it suits every host. */
  readonly range?: string;
  readonly isPrerelease?: boolean;
}

/** A package of kURL's shape (contract registry §2.7): `addons/NAME/VERSION` with an install.sh and a Manifest. @param files others, by their path there */
export function addonPackage(name: string, version: string, script: string, files: Readonly<Record<string, string>> = {}): TestPackage {
  const folder = `addons/${name}/${version}`;
  const all = { 'install.sh': script, Manifest: '', ...files };
  const entries: RawEntry[] = Object.entries(all).map(([path, body]) => ({ name: `${folder}/${path}`, body }));
  return { name, version, bytes: tarGz([{ name: 'addons/', type: '5', mode: 0o755 }, ...entries]) };
}

/** Puts packages into a mirror, newest first, with its registry. @param folder is made */
export function fillMirror(folder: string, packages: readonly TestPackage[]): void {
  const registry: Record<string, object[]> = {};
  for (const { name, version, bytes, range = '*', isPrerelease = false } of packages) {
    const key = `external/${name}-${version}.tar.gz`;
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), bytes);
    const origin = `https://addons.example.org/${name}-${version}.tar.gz`;
    registry[name] = [
      ...(registry[name] ?? []),
      { version, kurlVersionCompatibilityRange: range, origin, key, sha256Sum: sha256(bytes), size: bytes.length, isPrerelease },
    ];
  }
  writeFileSync(join(folder, 'external/addon-registry.json'), JSON.stringify(registry));
}
