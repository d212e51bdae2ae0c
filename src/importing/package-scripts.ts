import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { isFile } from '../home/layout.ts';
import { wordOf } from '../plugins/subcommands.ts';
import { harmlessLine } from '../system/harmless.ts';
import type { ImportKind } from './import-kind.ts';
import { NO_HEADER, type NotBrought } from './import-plan.ts';
import { nameCommands, summedUp } from './name-commands.ts';
import { fileNamed, folderName, readListing } from './place.ts';

/** The files by which a project tells its package manager. */
const LOCKS = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun', 'bun.lockb': 'bun' } as const;

/** Scripts that a package manager runs by itself. */
const OF_LIFE = /^(pre|post)?(install|prepare|publish|pack|version)$|^prepublishOnly$|^dependencies$/;

/** More is cut off in the list of commands. */
const SHOWN = 72;

/** Scripts of a package.json, each of which calls the package manager where the file is. */
export const packageScripts: ImportKind = {
  name: 'package',
  what: 'a package.json',
  find: (place) => fileNamed(place, (name) => name === 'package.json'),
  nameOf: folderName,
  plan(found, plugin) {
    const { scripts, version, packageManager } = read(found);
    const manager = managerOf(found, packageManager);
    const left: NotBrought[] = [];
    const wanted = Object.entries(scripts).filter(([name]) => {
      const of = /^(?:pre|post)(.+)$/.exec(name)?.[1];
      if (OF_LIFE.test(name)) left.push({ what: name, reason: `is run by ${manager} itself` });
      else if (of !== undefined && Object.hasOwn(scripts, of)) left.push({ what: name, reason: `is run with ${of} by ${manager}` });
      else return true;
      return false;
    });
    const { commands, left: unnamed } = nameCommands(
      wanted.map(([name, text]) => ({
        name,
        origin: name,
        header: { ...NO_HEADER, summary: summaryOf(text), usage: [`${wordOf(plugin, name)} [<args>...]`] },
        // All others hand on what is behind the name as it is.
        run: { argv: manager === 'npm' ? [manager, 'run', name, '--'] : [manager, 'run', name], directory: dirname(found), runner: manager },
      })),
    );
    return {
      from: found,
      description: `Scripts of ${found}`,
      version,
      commands,
      left: [...unnamed, ...summedUp(left)],
      notes: [`scripts are run by ${manager} in ${dirname(found)}`],
    };
  },
};

function summaryOf(text: string): string {
  const line = harmlessLine(text).trim();
  return `Runs ${line.length > SHOWN ? `${line.slice(0, SHOWN)}...` : line}`;
}

function read(found: string): { scripts: Readonly<Record<string, string>>; version: string; packageManager: string } {
  const wrong = (what: string): UserError => new UserError('not-importable', `${found} ${what}`, { hint: 'nothing was imported' });
  let parsed: unknown;
  try {
    parsed = JSON.parse(readListing(found).replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    throw wrong('is no JSON');
  }
  const { scripts, version, packageManager } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>;
  if (typeof scripts !== 'object' || scripts === null || Array.isArray(scripts)) throw wrong('has no "scripts"');
  return {
    scripts: Object.fromEntries(Object.entries(scripts).filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
    version: typeof version === 'string' && /^\d+\.\d+\.\d+[\w.+-]*$/.test(version) ? version : '0.0.0',
    packageManager: typeof packageManager === 'string' ? packageManager : '',
  };
}

function managerOf(found: string, packageManager: string): string {
  const named = /^(npm|pnpm|yarn|bun)@/.exec(packageManager)?.[1];
  const [, byLock = 'npm'] = Object.entries(LOCKS).find(([name]) => isFile(join(dirname(found), name))) ?? [];
  return named ?? byLock;
}
