import { basename, isAbsolute, join } from 'node:path';
import { namesIn } from '../home/layout.ts';
import { inByteOrder } from '../home/names.ts';
import { isExecutableFile } from '../plugins/executable.ts';
import { headerOf } from './copied-command.ts';
import type { ImportKind } from './import-kind.ts';
import { ON_PATH } from './import-plan.ts';
import { nameCommands } from './name-commands.ts';
import { programHead } from './program-files.ts';

/** What a prefix may be, which is compared with names of files. */
export const isPrefix = (text: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(text);

/** Programs on PATH under one prefix, as git has its own: the first of each name. They are run where they are. */
export const pathPrograms: ImportKind = {
  name: 'path',
  what: 'programs on PATH',
  find: ({ path }) => (path.startsWith(ON_PATH) ? path : undefined),
  nameOf: (found) => found.slice(ON_PATH.length).replace(/[-_.]+$/, ''),
  plan(found, plugin, { path }) {
    const prefix = found.slice(ON_PATH.length);
    const files = programsOnPath(path, prefix);
    const { commands, left } = nameCommands(
      files.map((file) => {
        const name = basename(file).slice(prefix.length);
        const owner = prefix.replace(/-$/, '');
        return { name, origin: file, header: headerOf(programHead(file), file, plugin, name, [owner, `${owner}-${name}`]), run: { argv: [file] } };
      }),
    );
    return {
      from: `${prefix}* on PATH`,
      description: `Programs on PATH that begin with ${prefix}`,
      version: '0.0.0',
      commands,
      left,
      notes: ['the programs stay where they are, and are run by their absolute paths'],
    };
  },
};

/** The programs whose names begin with a prefix and go on, in byte order of their names. */
function programsOnPath(path: string, prefix: string): string[] {
  const found = new Map<string, string>();
  for (const folder of path.split(':').filter(isAbsolute)) {
    for (const name of namesIn(folder)) {
      if (name.length <= prefix.length || !name.startsWith(prefix) || found.has(name)) continue;
      const file = join(folder, name);
      if (isExecutableFile(file)) found.set(name, file);
    }
  }
  return [...found].sort(([a], [b]) => inByteOrder(a, b)).map(([, file]) => file);
}
