import { basename, join } from 'node:path';
import { COPY, headerOf } from './copied-command.ts';
import type { ImportKind } from './import-kind.ts';
import { nameCommands } from './name-commands.ts';
import { programHead, programsBelow, withoutEnding } from './program-files.ts';

/** The name of a command by the path of its file: `db/migrate.sh` is `db:migrate`. */
export const nameByPath = (path: string): string => withoutEnding(path).replaceAll('/', ':');

/** A folder of programs. */
export const scripts: ImportKind = {
  name: 'scripts',
  what: 'a folder of programs',
  find: ({ path, isFolder }) => (isFolder && programsBelow(path, true).paths.length > 0 ? path : undefined),
  nameOf: (found) => basename(found),
  plan(found, plugin) {
    const programs = programsBelow(found, true);
    const { commands, left } = nameCommands(
      programs.paths.map((path) => {
        const name = nameByPath(path);
        return { name, origin: path, header: headerOf(programHead(join(found, path)), path, plugin, name), run: { argv: [{ inCopy: join(COPY, path) }] } };
      }),
    );
    return {
      from: found,
      description: `Programs of ${basename(found)}`,
      version: '0.0.0',
      copy: { from: found, to: COPY },
      commands,
      left: [...programs.left, ...left],
      notes: [],
    };
  },
};
