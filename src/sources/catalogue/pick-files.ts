import { lstatSync, mkdirSync, readdirSync, realpathSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileMove } from '../../catalogue/release.ts';
import { UserError } from '../../errors.ts';
import { entriesBelow } from '../../plugins/plugin-files.ts';
import { somethingAt } from '../../system/links.ts';

/** Where an archive stands unpacked, and what to call it in messages. */
export interface Unpacked {
  readonly root: string;
  readonly label: string;
}

/**
 * Moves files out of an unpacked archive into a new tree, as krew does (contract registry §3.5): what is named goes where it says, or into that folder
 * under its own name where `to` is `.`; what a pattern finds goes into the folder `to`, without the folders it was in.
 * @throws UserError where nothing is there, something is there already, or a path leads out of either
 */
export function pickFiles({ root, label }: Unpacked, to: string, moves: readonly FileMove[]): void {
  const refuse = (reason: string): never => {
    throw new UserError('source-refused', `${label} is refused: ${reason}`, { hint: 'nothing of it was installed' });
  };
  mkdirSync(to, { mode: 0o755 });
  for (const move of moves) {
    for (const path of [move.from, move.to]) if (path.split('/').includes('..') || path.startsWith('/')) refuse(`${JSON.stringify(path)} leads out of it`);
    for (const [source, target] of found(root, move) ?? refuse(`it holds nothing that is called ${JSON.stringify(move.from)}`)) {
      if (!isWithin(root, join(root, dirname(source)))) refuse(`${JSON.stringify(source)} leads out of it`);
      makeFolder(to, dirname(target), () => refuse(`${JSON.stringify(target)} is below what is not a folder`));
      if (target !== '.' && somethingAt(join(to, target))) refuse(`two of its files become ${JSON.stringify(target)}`);
      renameSync(join(root, source), join(to, target));
    }
  }
  for (const { path, kind } of entriesBelow(to)) {
    if (kind === 'link' && !isWithin(to, join(to, path))) refuse(`the link ${JSON.stringify(path)} leads out of what is taken, or to nothing`);
  }
}

/** Whether a path leads to something below a folder, behind all links. */
export function isWithin(folder: string, path: string): boolean {
  try {
    return `${realpathSync(path)}/`.startsWith(`${realpathSync(folder)}/`);
  } catch {
    return false;
  }
}

/** What a move is of, and where each goes; undefined for nothing. */
function found(root: string, { from, to }: FileMove): [source: string, target: string][] | undefined {
  if (somethingAt(join(root, from)) && from !== '.') return [[from, clean(to) === '.' ? basename(from) : clean(to)]];
  const names = from === '.' ? readdirSync(root) : matching(root, from.split('/'));
  return names.length === 0 ? undefined : names.sort().map((source) => [source, join(clean(to), basename(source))]);
}

const clean = (path: string): string => join(path.replace(/\/+$/, '') || '.');

/** The paths below a folder that fit a pattern, a name of it for each folder. */
function matching(root: string, [pattern = '', ...rest]: readonly string[], folder = ''): string[] {
  const fits = patternOf(pattern);
  const names = readdirSync(join(root, folder)).filter((name) => fits.test(name));
  const paths = names.map((name) => (folder === '' ? name : `${folder}/${name}`));
  if (rest.length === 0) return paths;
  return paths.filter((path) => lstatSync(join(root, path)).isDirectory()).flatMap((path) => matching(root, rest, path));
}

/** A shell's pattern for one name: `*`, `?`, `[a-z]`, `[^a-z]`, and `\` in front of what stands for itself. */
function patternOf(pattern: string): RegExp {
  const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  const parts = pattern.replace(/\*+|\?|\[(\^?)((?:\\.|[^\]\\])+)\]|\\(.)|[^*?[\\]+|[[\\]/gs, (part, not?: string, set?: string, quoted?: string) => {
    if (part.startsWith('*')) return '[^/]*';
    if (part === '?') return '[^/]';
    if (set !== undefined) return `[${not ?? ''}${escaped(set.replace(/\\(.)/g, '$1')).replaceAll('\\-', '-')}]`;
    return escaped(quoted ?? part);
  });
  try {
    return new RegExp(`^${parts}$`, 's');
  } catch {
    return /^(?!)/;
  }
}

/** Makes the folders of a path below another, through no link. */
function makeFolder(root: string, path: string, refuse: () => never): void {
  let at = root;
  for (const part of path.split('/').filter((name) => name !== '' && name !== '.')) {
    at = join(at, part);
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (stat && !stat.isDirectory()) refuse();
    if (!stat) mkdirSync(at, { mode: 0o755 });
  }
}
