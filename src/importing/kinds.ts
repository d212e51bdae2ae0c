import { UserError } from '../errors.ts';
import { wordList } from '../system/word-list.ts';
import type { ImportKind } from './import-kind.ts';
import { type ImportKindName, ON_PATH } from './import-plan.ts';
import { just } from './just.ts';
import { make } from './make.ts';
import { mise } from './mise.ts';
import { packageScripts } from './package-scripts.ts';
import { pathPrograms } from './path-programs.ts';
import { lookAt, type Place } from './place.ts';
import { scripts } from './scripts.ts';
import { sub } from './sub.ts';

/** All that can be imported. What is more telling comes first: a folder of programs is taken for one where it is nothing else. */
const KINDS: Readonly<Record<ImportKindName, ImportKind>> = { sub, mise, just, make, package: packageScripts, scripts, path: pathPrograms };

/** What is to be imported: of which kind it is, and the file or folder that says so. */
export interface Found {
  readonly kind: ImportKind;
  readonly path: string;
  /** The other kinds that it may be. */
  readonly others: readonly ImportKind[];
}

/**
 * Finds out what a place is.
 * @param path absolute, or `path:` and a prefix
 * @param as the kind that it is to be, where it may be several
 * @throws UserError when it is nothing that can be imported, or several things
 */
export function findImport(path: string, as?: ImportKindName): Found {
  const place: Place = path.startsWith(ON_PATH) ? { path, isFolder: false, names: [] } : lookAt(path);
  const at = (kind: ImportKind): { kind: ImportKind; path: string }[] => {
    const file = kind.find(place);
    return file === undefined ? [] : [{ kind, path: file }];
  };
  const telling = Object.values(KINDS).filter((kind) => kind !== scripts);
  const found = as === undefined ? telling.flatMap(at) : at(KINDS[as]);
  // All that is below a folder is looked at for them.
  if (as === undefined && found.length === 0) found.push(...at(scripts));
  // A sub has a makefile for its tests; its commands are what it is for.
  const subs = found.filter(({ kind }) => kind === sub);
  const [first, ...others] = subs.length > 0 ? subs : found;
  if (first === undefined) {
    throw new UserError('not-importable', as === undefined ? `${path} has nothing that can be imported` : `${path} is not ${KINDS[as].what}`, {
      hint: 'a folder needs programs with an execute bit, a justfile, a Makefile or a package.json',
    });
  }
  if (others.length > 0) {
    const what = wordList(
      found.map(({ kind }) => kind.what),
      'and',
    );
    throw new UserError('ambiguous-import', `${path} has several things that can be imported: ${what}`, {
      hint: `choose with --as ${found.map(({ kind }) => kind.name).join(', or --as ')}`,
    });
  }
  return { ...first, others: found.map(({ kind }) => kind).filter((kind) => kind !== first.kind) };
}
