import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { platformAsked, platformOf, platformText } from '../../catalogue/platforms.ts';
import type { Reference } from '../../catalogue/reference.ts';
import type { ReleasePlatform } from '../../catalogue/release.ts';
import { UserError } from '../../errors.ts';
import type { ListedProgram } from '../../plugins/botkube/adapt-executor.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { packingOf } from '../archive/packing.ts';
import { readChecksum } from '../archive/verify.ts';
import type { Brought, StageWorld } from '../kind.ts';
import type { SourceRequest } from '../request.ts';
import { bringFile, unpackOne } from './bring-file.ts';
import { bringDependencies } from './dependencies.ts';
import { findRelease } from './find-release.ts';
import { pickFiles } from './pick-files.ts';
import { checkProgram, placeProgram, placeUnpacked, writeManifest } from './program.ts';
import { releaseSignature } from './release-signature.ts';
import { type CatalogueSource, forPlatform, type KeptPlatform, placeOfSource, platformsText, textOfSource, withChecksums } from './source.ts';

/**
 * Brings a release: the one of a lock, or else what an index has for a reference. What comes is held to its checksum and becomes a plugin: an archive
 * with plugin.toml is one, and of a program one is made.
 * @throws UserError where nothing suits, it cannot be had, or it is not what it should be
 */
export async function stageRelease(request: SourceRequest, reference: Reference, world: StageWorld): Promise<Brought<CatalogueSource>> {
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const chosen = request.release ? lockedRelease(request.release, request) : await listedRelease(request, reference, world, note);
  const offered = platformOf(chosen.release, chosen.platform) as ReleasePlatform;
  const asked = readChecksum(request.checksum);
  const checksums = [asked, offered.sha256].filter((sha256) => sha256 !== undefined);
  if (offered.sha256 === undefined) {
    const holder = request.release ? 'in tool.lock' : `in the index of ${chosen.repository}`;
    note(`There is no checksum for ${textOfSource(chosen)} ${holder}: nobody can tell whether ${withoutSecrets(offered.url)} gave what it should`);
  }
  const what = chosen.release.kind === 'binary' ? 'a program or an archive' : 'an archive';
  const { file, sha256 } = await bringFile(chosen.repository, offered.url, checksums, world, what);
  const signature = await releaseSignature(chosen, { offered, sha256, isLocked: request.release !== undefined }, world);
  const { dependencies = [] } = offered;
  const path = await makeTree(file, chosen, offered, world);
  const brought = await bringDependencies(chosen, dependencies, world, note);
  if (path !== undefined) writeManifest(world.tree, chosen);
  const known = { ...offered, sha256, ...(brought.length > 0 ? { dependencies: brought } : {}) };
  const source = { ...chosen, url: offered.url, sha256, release: withChecksums(chosen.release, offered, known) };
  return { source, notes, signature, program: programFor(chosen, path) };
}

/** A program that is listed as Botkube's, and where it is in the tree. */
function programFor({ name, type, release: { description } }: CatalogueSource, path: string | undefined): ListedProgram | undefined {
  return path !== undefined && (type === 'executor' || type === 'source') ? { path, name, type, description } : undefined;
}

/** What an index has for a reference. */
async function listedRelease(request: SourceRequest, reference: Reference, world: StageWorld, note: (text: string) => void): Promise<CatalogueSource> {
  const { found, chosen, platform } = await findRelease(request, reference, world);
  const { version, kind, description, documentationUrl, platforms } = chosen.release;
  const source: CatalogueSource = {
    kind: 'catalogue',
    repository: found.repository,
    name: found.name,
    ...(found.type === undefined ? {} : { type: found.type }),
    version,
    wish: reference.wish,
    exact: chosen.wish.kind === 'exact',
    platform,
    isPlatformAsked: request.platform !== undefined,
    url: chosen.platform.url,
    sha256: chosen.platform.sha256 ?? '',
    release: { kind, description, ...(documentationUrl === undefined ? {} : { documentationUrl }), platforms: platforms.map(keptPlatform) },
  };
  for (const remark of chosen.remarks) note(`${placeOfSource(source)}: ${remark}`);
  world.listener.onChosen?.(`${textOfSource(source)}${passedOverText(chosen.passedOver)}`);
  const { caveats } = chosen.release;
  if (caveats !== undefined) world.listener.onChosen?.(`What to know of ${source.name}:\n${caveats}`);
  return source;
}

const keptPlatform = ({ size: _, signature: __, ...platform }: ReleasePlatform): KeptPlatform => platform;

const SHOWN = 3;

function passedOverText(passedOver: readonly { readonly version: string; readonly why: string }[]): string {
  if (passedOver.length === 0) return '';
  const shown = passedOver.slice(0, SHOWN).map(({ version, why }) => `${version} ${why}`);
  const more = passedOver.length > SHOWN ? [`${passedOver.length - SHOWN} more`] : [];
  return `; passed over: ${[...shown, ...more].join(', ')}`;
}

/** What a lock has, for the platform that it is wanted for. */
function lockedRelease(locked: CatalogueSource, request: SourceRequest): CatalogueSource {
  const platform = platformAsked(request.platform);
  const source = forPlatform(locked, platform);
  if (source) return source;
  throw new UserError('lock-incomplete', `tool.lock has nothing for ${platformText(platform)} of ${placeOfSource(locked)} ${locked.version}`, {
    hint: `it has ${platformsText(locked.release)}`,
  });
}

/** Makes a tree of what came. @returns where in it the program is, where it is a program's, whose manifest is yet to be written */
async function makeTree(file: string, source: CatalogueSource, offered: ReleasePlatform, { tree, scratch, limits }: StageWorld): Promise<string | undefined> {
  const { url, bin, files, dependencies = [] } = offered;
  const label = withoutSecrets(url);
  const withDependencies = dependencies.length > 0;
  const isProgram = source.release.kind === 'binary';
  const packing = await packingOf(file);
  if (packing?.holds !== 'files') {
    if (!isProgram)
      throw new UserError('release-not-usable', `${label} is not an archive`, { hint: `${placeOfSource(source)} is listed as ${source.release.kind}` });
    const program = packing ? await unpackOne(file, packing.format, join(scratch, 'program'), label, limits) : file;
    checkProgram(program, label);
    return placeProgram(program, tree, source, withDependencies);
  }
  const { unpackArchive } = await import('../archive/unpack.ts');
  const whole = join(scratch, 'unpacked');
  await unpackArchive(file, label, whole, limits, { format: packing.format, keepsFolder: bin !== undefined || files !== undefined });
  const root = files ? join(scratch, 'picked') : whole;
  if (files) pickFiles({ root: whole, label }, root, files);
  if (!isProgram || existsSync(join(root, 'plugin.toml'))) {
    renameSync(root, tree);
    return undefined;
  }
  return placeUnpacked({ root, label }, bin, tree, withDependencies);
}
