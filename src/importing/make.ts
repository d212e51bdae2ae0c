import { basename, dirname } from 'node:path';
import { wordOf } from '../plugins/subcommands.ts';
import type { ImportKind } from './import-kind.ts';
import { NO_HEADER } from './import-plan.ts';
import { targetsOf } from './make-targets.ts';
import { nameCommands, summedUp } from './name-commands.ts';
import { fileNamed, folderName, readListing } from './place.ts';

/** Targets of a makefile, each of which calls make where the file is. */
export const make: ImportKind = {
  name: 'make',
  what: 'a makefile',
  find: (place) =>
    // As make looks for them.
    ['GNUmakefile', 'makefile', 'Makefile'].map((name) => fileNamed(place, (one) => one === name)).find((file) => file !== undefined) ??
    (place.isFolder ? undefined : fileNamed(place, (name) => /\.mk$|^makefile\./i.test(name))),
  nameOf: folderName,
  plan(found, plugin) {
    const { targets, files, computed, included } = targetsOf(readListing(found));
    const { commands, left } = nameCommands(
      targets.map(({ name, summary }) => ({
        name,
        origin: name,
        header: { ...NO_HEADER, summary, usage: [`${wordOf(plugin, name)} [<variable>=<value>...]`] },
        run: { argv: ['make', '--no-print-directory', '-C', dirname(found), '-f', basename(found), name], runner: 'make' },
      })),
    );
    return {
      from: found,
      description: `Targets of ${found}`,
      version: '0.0.0',
      commands,
      left: [
        ...left,
        ...summedUp([
          ...files.map((what) => ({ what, reason: 'makes a file: it has neither a ## comment nor .PHONY' })),
          ...computed.map((what) => ({ what, reason: 'has a name that only make can compute' })),
          ...included.map((what) => ({ what: `include ${what}`, reason: 'is another makefile; import it by its name' })),
        ]),
      ],
      notes: [
        `make was not asked, since it runs $(shell ...) to list targets: they were read from the text`,
        `targets run where they are, in ${dirname(found)}`,
      ],
    };
  },
};
