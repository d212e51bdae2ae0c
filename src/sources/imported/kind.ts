import { isAbsolute } from 'node:path';
import { UserError } from '../../errors.ts';
import { isPluginName } from '../../home/names.ts';
import { IMPORT_KINDS, type ImportKindName, ON_PATH } from '../../importing/import-plan.ts';
import { isObject, isOneOf, isText } from '../../system/own-json.ts';
import type { SourceKind } from '../kind.ts';
import { absolute, ofLocalPath } from '../local-path.ts';
import { refuseAsked, refuseChecksum } from '../refuse-words.ts';
import type { SourceRequest } from '../request.ts';

export interface ImportSource {
  readonly kind: 'import';
  /** The folder or file that it is made of; `path:` and a prefix for programs on PATH. */
  readonly path: string;
  readonly as: ImportKindName;
  /** What its commands are called behind: the plugin's name. */
  readonly name: string;
}

const isKept = isObject<ImportSource>({ kind: isOneOf('import'), path: isText, as: isOneOf(...IMPORT_KINDS), name: isText });

const isOnPath = (path: string): boolean => path.startsWith(ON_PATH);

/** What imports a source again. */
const requestFor = ({ path, as, name }: ImportSource): SourceRequest => ({ source: path, imports: { as, name }, link: false });

/** Something that was written for another runner, of which a plugin is made. */
export const imported: SourceKind<ImportSource> = {
  ...ofLocalPath,
  name: 'import',
  isCopy: true,
  isImport: true,
  read: (kept) => (isKept(kept) ? kept : undefined),
  text: ({ path, as }) => `${isOnPath(path) ? `${path.slice(ON_PATH.length)}* on PATH` : path} (imported as ${as})`,
  follows: ({ as }) => as,
  // What was made of it is changed where that is.
  authorPlace: () => undefined,
  published: () => undefined,

  parse(request) {
    if (request.imports === undefined) return undefined;
    refuseChecksum(request);
    refuseAsked('is imported', request);
    return isOnPath(request.source) ? request.source : absolute(request.source);
  },
  nameOf: () => undefined,
  expected: ({ imports }, path) => ({ kind: 'import', path, as: imports?.as ?? 'scripts', name: imports?.name ?? '' }),
  stage: async (request, path, world) => (await import('./stage.ts')).stageImport(request, path, world),

  update(source, words) {
    refuseAsked(`is imported from ${source.path}`, words);
    return { request: requestFor(source) };
  },
  compare: async (source, world) => (await import('./compare.ts')).compareImport(requestFor(source), world),

  lockKey: 'import',
  toLock: ({ path, as, name }) => ({ import: path, as, name }),
  fromLock(path, { text, wrong }) {
    const [as, name] = [text('as'), text('name')];
    if (!isOnPath(path) && !isAbsolute(path)) throw wrong('has an "import" that is no absolute path');
    if (!isOneOf(...IMPORT_KINDS)(as)) throw wrong('has no "as" that is known');
    if (name === undefined || !isPluginName(name)) throw wrong('has no "name" of a plugin');
    return { kind: 'import', path, as, name };
  },
  again: requestFor,

  declaredKeys: ['import', 'as'],
  toDeclaration: ({ path, as }) => ({ import: path, as }),
  meets: ({ path, as }, { source, imports }) => path === source && imports?.as === as,
};

/** The kind that a text names. @throws UserError for another */
export function importKind(text: string | undefined): ImportKindName | undefined {
  const isKind = isOneOf(...IMPORT_KINDS);
  if (text === undefined || isKind(text)) return text;
  throw new UserError('unknown-value', `"${text}" is no kind that can be imported`, { hint: `--as takes ${IMPORT_KINDS.join(', ')}` });
}
