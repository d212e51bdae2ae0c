import { chmodSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ReleaseDependency } from '../../catalogue/release.ts';
import { UserError } from '../../errors.ts';
import { entriesBelow } from '../../plugins/plugin-files.ts';
import { somethingAt } from '../../system/links.ts';
import { packingOf } from '../archive/packing.ts';
import type { StageWorld } from '../kind.ts';
import { bringFile, unpackOne } from './bring-file.ts';
import { isWithin } from './pick-files.ts';
import { checkProgram, DEPENDENCIES } from './program.ts';
import type { CatalogueSource } from './source.ts';

/** More programs beside one are no dependencies but an attempt. */
const MOST = 32;

/**
 * Brings the programs that a release needs beside it into its tree. An archive holds one under its very name; an address may name a folder of it behind
 * `//`, as those of Botkube's own plugins do.
 * @returns the same with the checksums of what came
 * @throws UserError where one cannot be had, or is not what the index says
 */
export async function bringDependencies(
  source: CatalogueSource,
  dependencies: readonly ReleaseDependency[],
  world: StageWorld,
  note: (text: string) => void,
): Promise<ReleaseDependency[]> {
  const folder = join(world.tree, DEPENDENCIES);
  if (dependencies.length > MOST)
    throw new UserError('source-refused', `${source.name} has ${dependencies.length} dependencies, and ${MOST} are taken at most`);
  if (dependencies.length > 0) mkdirSync(folder, { recursive: true });
  const brought: ReleaseDependency[] = [];
  let left = world.limits.bytes;
  for (const [index, dependency] of dependencies.entries()) {
    const { name, url, sha256 } = dependency;
    const label = `${name}, which ${source.name} depends on,`;
    if (sha256 === undefined)
      note(`There is no checksum for ${label} in the index of ${source.repository}: nobody can tell whether ${url} gave what it should`);
    const scratch = join(world.scratch, `dependency-${index}`);
    mkdirSync(scratch);
    const { address, inside } = takenApart(url);
    const limits = { ...world.limits, bytes: left };
    const fetched = await bringFile(source.repository, address, sha256 === undefined ? [] : [sha256], { ...world, scratch, limits }, 'a program');
    const file = await programIn(fetched.file, { name, inside, label: `${address} (${name})` }, { ...world, scratch, limits });
    left -= statSync(file).size;
    checkProgram(file, `${address} (${name})`);
    const place = join(folder, name);
    if (somethingAt(place))
      throw new UserError('release-not-usable', `${source.name} has a file ${DEPENDENCIES}/${name} of its own`, { hint: 'ask whoever publishes it' });
    renameSync(file, place);
    chmodSync(place, 0o755);
    brought.push({ ...dependency, sha256: fetched.sha256 });
  }
  return brought;
}

/** An address, and the folder within what it gives: `https://host/x.tar.gz//linux-amd64`. */
function takenApart(url: string): { readonly address: string; readonly inside: string } {
  const [, before = url, inside = '', query = ''] = /^(https?:\/\/[^?#]*?[^/:])\/\/([^?#]*)([?#].*)?$/i.exec(url) ?? [];
  return { address: before + query, inside: inside.replace(/\/+$/, '') };
}

/** The program in a file that came: itself, what is packed in it, or the one of its name in an archive. */
async function programIn(
  file: string,
  { name, inside, label }: { readonly name: string; readonly inside: string; readonly label: string },
  { scratch, limits }: Pick<StageWorld, 'scratch' | 'limits'>,
): Promise<string> {
  const packing = await packingOf(file);
  if (!packing) return file;
  if (packing.holds === 'one file') return unpackOne(file, packing.format, join(scratch, 'program'), label, limits);
  const root = join(scratch, 'unpacked');
  const { unpackArchive } = await import('../archive/unpack.ts');
  await unpackArchive(file, label, root, limits, { format: packing.format, keepsFolder: true });
  const all = entriesBelow(root).filter(({ path, kind }) => kind === 'file' && (basename(path) === name || basename(path) === `${name}.exe`));
  const candidates = inside === '' ? all : all.filter(({ path }) => path.startsWith(`${inside}/`) || path === inside);
  // The one that is least deep.
  const [found] = candidates.map(({ path }) => path).sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
  if (found !== undefined && isWithin(root, join(root, found))) return join(root, found);
  throw new UserError('release-not-usable', `${label} holds no file called ${name}${inside === '' ? '' : ` in ${inside}`}`, {
    hint: 'ask whoever keeps the index',
  });
}
