import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { hostPlatform, oncePerAddress, platformOf, platformText } from '../catalogue/platforms.ts';
import { ANY, type FormatName, type Platform, type Release, type ReleasePlatform } from '../catalogue/release.ts';
import { errorLine, isUserError } from '../errors.ts';
import { isShipped } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { entriesBelow } from '../plugins/plugin-files.ts';
import { downloadsFolder } from '../repositories/cache-paths.ts';
import { DEFAULT_LIMITS } from '../sources/archive/policy.ts';
import type { CatalogueSource } from '../sources/catalogue/source.ts';
import { stageRelease } from '../sources/catalogue/stage.ts';
import type { StageListener } from '../sources/kind.ts';
import { removeTree } from '../system/remove-tree.ts';
import { lastLines, runInHome, type TestWorld } from './run-in-home.ts';

/** An index on this machine, all of whose releases are to be tried. */
export interface TriedIndex {
  /** What `repository:add` takes. */
  readonly path: string;
  readonly format: FormatName;
  readonly releases: readonly Release[];
}

export interface TryOptions {
  readonly layout: Layout;
  /** For one install, in seconds. */
  readonly seconds: number;
  readonly listener: StageListener;
}

/** What came of one release for one platform. */
export interface Tried {
  readonly release: Release;
  readonly platform: ReleasePlatform;
  readonly how: 'installed' | 'unpacked';
  /** Undefined where it works. */
  readonly problem?: string | undefined;
}

/** What repositories that are tried are called in the home. */
const NAME = 'tried';
/** What krew's own index asks to be among the installed files. */
const LICENCE = /^(licen[cs]e|licen[cs]es|copying)(\.txt|\.md)?$/i;

/**
 * Tries what an index lists, one after another: what is for this machine is installed in a throw-away home, hooks included, as anybody's `plugin:install`
 * does; what is for other platforms is downloaded, compared with its checksum and unpacked. An address that several platforms share is tried once.
 */
export async function* tryIndex(world: TestWorld, { path, format, releases }: TriedIndex, options: TryOptions): AsyncGenerator<Tried> {
  const added = await runInHome(world, ['tool', 'repository:add', NAME, path], { seconds: options.seconds });
  for (const release of releases) {
    const here = platformOf(release, hostPlatform());
    for (const platform of oncePerAddress(release.platforms)) {
      if (world.interrupted.aborted) return;
      // A kURL add-on is no plugin: kURL installs it.
      const isInstalled = platform.url === here?.url && release.kind !== 'addon';
      const attempt = { release, platform, isKrew: format === 'krew' };
      const tried = isInstalled && added.status !== 0 ? lastLines(added.output, 1).join() : await (isInstalled ? install : unpack)(world, attempt, options);
      yield { release, platform, how: isInstalled ? 'installed' : 'unpacked', problem: tried };
    }
  }
}

interface Attempt {
  readonly release: Release;
  readonly platform: ReleasePlatform;
  readonly isKrew: boolean;
}

/** @returns what went wrong */
async function install(world: TestWorld, { release, isKrew }: Attempt, { layout, seconds }: TryOptions): Promise<string | undefined> {
  const { name, version, type } = release;
  // Whoever installs it has to give another name as well; what is in it is tried all the same.
  const installed = isShipped(layout, name) ? `${name}-${NAME}` : name;
  const flags = ['--name', installed, '--replace', '--enable-needed', '--with-dependencies', ...(type === undefined ? [] : ['--type', type])];
  const words = ['tool', 'plugin:install', `${NAME}/${name}@${version}`, ...flags];
  // Another address may have given a file of the same checksum.
  removeTree(downloadsFolder({ pluginPath: join(world.home.root, 'home/plugins') }));
  const { status, timedOut, output } = await runInHome(world, words, { seconds });
  if (timedOut) return `it was not installed within ${seconds} s; TOOL_TEST_TIMEOUT gives it more`;
  if (status !== 0) return whatItSaid(output) ?? `plugin:install ended with status ${status}`;
  return isKrew ? withoutLicence(join(world.home.root, 'home/plugins/available', installed)) : undefined;
}

/** The last thing that it complained of. */
const whatItSaid = (output: string): string | undefined =>
  lastLines(output)
    .filter((line) => line.startsWith(' !  '))
    .at(-1)
    ?.replace(/^ ! +/, '');

/** @returns what went wrong */
async function unpack({ home }: TestWorld, { release, platform, isKrew }: Attempt, { listener }: TryOptions): Promise<string | undefined> {
  const scratch = join(home.root, 'tmp/unpacked');
  const tree = join(scratch, 'tree');
  mkdirSync(scratch, { recursive: true });
  try {
    const source = sourceOf(release, platform);
    await stageRelease(
      { source: `${NAME}/${release.name}`, release: source, platform: platformText(source.platform), link: false },
      { repository: NAME, name: release.name, wish: release.version },
      { tree, scratch, limits: DEFAULT_LIMITS, listener },
    );
    return isKrew ? withoutLicence(tree) : undefined;
  } catch (error) {
    if (isUserError(error)) return errorLine(error);
    throw error;
  } finally {
    listener.onEnd?.();
    removeTree(scratch);
  }
}

/** A release as a lock would have it, so that neither the host nor a newer one is asked for. */
function sourceOf(release: Release, { os, arch, url, sha256 = '' }: ReleasePlatform): CatalogueSource {
  const { name, type, version, kind, description, platforms } = release;
  const host = hostPlatform();
  const platform: Platform = { os: os === ANY ? host.os : os, arch: arch === ANY ? host.arch : arch };
  const common = { kind: 'catalogue', repository: NAME, name, version, wish: version, exact: true, isPlatformAsked: true } as const;
  return { ...common, ...(type === undefined ? {} : { type }), platform, url, sha256, release: { kind, description, platforms } };
}

const withoutLicence = (tree: string): string | undefined =>
  entriesBelow(tree).some(({ path, kind }) => kind === 'file' && LICENCE.test(basename(path)))
    ? undefined
    : 'no licence file is among the installed files; add LICENSE to the archive, and to files';
