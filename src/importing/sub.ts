import { basename, join } from 'node:path';
import { inByteOrder } from '../home/names.ts';
import { COPY, headerOf } from './copied-command.ts';
import { dispatcherExports, isOfRbenvsKind, preludeOf, upperName } from './dispatcher.ts';
import type { ImportKind, PlanWorld } from './import-kind.ts';
import type { ImportPlan } from './import-plan.ts';
import { type Candidate, nameCommands } from './name-commands.ts';
import { isFolderAt } from './place.ts';
import { programHead, programsBelow } from './program-files.ts';

/** Where the prelude is in the plugin. */
const PRELUDE = 'environment.sh';

interface Libexec {
  readonly folder: string;
  /** From the found folder on; empty for itself. */
  readonly below: string;
  /** What the programs are called in front of the hyphen. */
  readonly owner: string;
  readonly hasDispatcher: boolean;
}

/** What a dispatcher may be called: its name becomes part of variables and paths in shell text. */
const OWNER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** The folder with the programs `acme-foo`, in a folder that may be the one around `libexec`. */
function libexecIn(folder: string): Libexec | undefined {
  for (const below of ['libexec', '']) {
    const place = join(folder, below);
    if (!isFolderAt(place)) continue;
    const names = programsBelow(place, false).paths;
    const count = (owner: string): number => names.filter((name) => name.startsWith(`${owner}-`) && name.length > owner.length + 1).length;
    const owners = names.filter((name) => OWNER.test(name) && count(name) > 0 && !names.some((other) => other !== name && name.startsWith(`${other}-`)));
    const [owner] = owners.sort((a, b) => count(b) - count(a) || inByteOrder(a, b));
    if (owner !== undefined) return { folder: place, below, owner, hasDispatcher: true };
    const [prefix = '', ...others] = [...new Set(names.map((name) => /^[^-]+(?=-.)/.exec(name)?.[0] ?? ''))];
    if (basename(place) === 'libexec' && OWNER.test(prefix) && others.length === 0) return { folder: place, below, owner: prefix, hasDispatcher: false };
  }
  return undefined;
}

/** A `sub`: programs `acme-foo` that the program `acme` finds beside itself, as rbenv and its kin are made. */
export const sub: ImportKind = {
  name: 'sub',
  what: 'a sub',
  find: ({ path, isFolder }) => (isFolder && libexecIn(path) !== undefined ? path : undefined),
  nameOf: (found) => libexecIn(found)?.owner ?? basename(found),
  plan: (found, plugin, world) => planSub(found, libexecIn(found) as Libexec, plugin, world),
};

function planSub(found: string, { folder, below, owner, hasDispatcher }: Libexec, plugin: string, { brand }: PlanWorld): ImportPlan {
  const head = hasDispatcher ? programHead(join(folder, owner)) : '';
  const isRbenvs = isOfRbenvsKind(owner, head);
  // A `libexec` that was named alone stands for the folder around it, of which nothing else is copied.
  const inCopy = join(COPY, below === '' ? 'libexec' : below);
  const isOwners = (path: string): boolean => path.startsWith(`${owner}-`) && path !== `${owner}-`;
  const { paths, left } = programsBelow(folder, false);
  const candidates = paths.filter(isOwners).map((path): Candidate => {
    const name = path.slice(owner.length + 1);
    const environment = isRbenvs ? {} : { environment: { [`_${upperName(owner)}_ROOT`]: { inCopy: COPY } }, onPath: { inCopy } };
    return {
      name,
      origin: path,
      header: headerOf(programHead(join(folder, path)), path, plugin, name, [owner, name.replace(/^sh-/, ''), `${owner}-${name}`]),
      run: { argv: [{ inCopy: join(inCopy, path) }], ...environment, ...(isRbenvs ? { prelude: { inCopy: PRELUDE } } : {}) },
    };
  });
  const named = nameCommands(candidates);
  const unset = hasDispatcher && !isRbenvs ? dispatcherExports(owner, head) : [];
  return {
    from: `${owner} in ${folder}`,
    description: `Commands of ${owner}`,
    version: '0.0.0',
    copy: { from: found, to: below === '' ? inCopy : COPY },
    ...(isRbenvs ? { files: [{ path: PRELUDE, text: preludeOf(owner, inCopy) }] } : {}),
    commands: named.commands,
    left: [
      ...left.filter(({ what }) => isOwners(what)),
      ...named.left,
      ...(unset.length > 0 ? [{ what: unset.join(', '), reason: `is set by ${owner} for its commands in a way that only it knows; set it yourself` }] : []),
    ],
    notes: [
      ...shellNotes(
        named.commands.map(({ name }) => name).filter((name) => name.startsWith('sh-')),
        plugin,
        brand,
      ),
      ...(below === '' && basename(found) === 'libexec' ? [`only ${found} is copied; give the folder around it for what ${owner} has beside it`] : []),
    ],
  };
}

/** What is done about commands whose output the shell function of a sub evaluates. */
const shellNotes = ([first, ...more]: readonly string[], plugin: string, brand: string): string[] =>
  first === undefined
    ? []
    : [
        `${[first, ...more].join(', ')}: what ${more.length > 0 ? 'they print' : 'it prints'} is for your shell, which runs it by eval "$(${brand} ${plugin}:${first} ...)"`,
      ];
