import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { isExecutableFile } from '../plugins/executable.ts';
import { wordOf } from '../plugins/subcommands.ts';
import { runLimited } from '../system/limited-child.ts';
import type { ImportKind, PlanWorld } from './import-kind.ts';
import { NO_HEADER } from './import-plan.ts';
import { type JustListing, type Recipe, recipesOfDump, recipesOfText } from './just-recipes.ts';
import { type Candidate, nameCommands } from './name-commands.ts';
import { fileNamed, folderName, readListing } from './place.ts';

/** Recipes of a justfile, each of which calls just where the file is. */
export const just: ImportKind = {
  name: 'just',
  what: 'a justfile',
  find: (place) => fileNamed(place, (name) => /^\.?justfile$/i.test(name) || (!place.isFolder && name.endsWith('.just'))),
  nameOf: folderName,
  async plan(found, plugin, world) {
    const { listing, isAsked } = await listed(found, world);
    const { commands, left } = nameCommands(candidatesOf(found, listing, plugin));
    return {
      from: found,
      description: `Recipes of ${found}`,
      version: '0.0.0',
      commands,
      left: [...left, ...listing.elsewhere.map((what) => ({ what, reason: 'brings recipes that only just can list; install just, and import again' }))],
      notes: [
        isAsked
          ? 'just was asked for its recipes (just --dump), which runs none'
          : 'just is not installed: the recipes were read from the text, and need just to be run',
        `recipes run where they are, in ${dirname(found)}`,
      ],
    };
  },
};

function candidatesOf(found: string, { recipes, aliases }: JustListing, plugin: string): Candidate[] {
  const commandOf = (recipe: Recipe, called: string, summary: string): Candidate => {
    const name = called.replaceAll('::', ':');
    return {
      name,
      origin: called,
      header: { ...NO_HEADER, summary, usage: [[wordOf(plugin, name), ...recipe.parameters].join(' ')] },
      run: { argv: ['just', '--justfile', found, '--working-directory', dirname(found), '--', called], runner: 'just' },
    };
  };
  const byName = new Map(recipes.map((recipe) => [recipe.name, recipe]));
  return [
    ...recipes.map((recipe) => commandOf(recipe, recipe.name, recipe.doc)),
    ...aliases.flatMap(([alias, target]) => {
      const recipe = byName.get(target);
      return recipe === undefined ? [] : [commandOf(recipe, alias, recipe.doc || `The same as ${target}`)];
    }),
  ];
}

/** just lists its own recipes best, where there is one; it evaluates nothing for that. */
async function listed(found: string, { path, env }: PlanWorld): Promise<{ listing: JustListing; isAsked: boolean }> {
  const text = readListing(found);
  const program = path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, 'just'))
    .find(isExecutableFile);
  if (program !== undefined) {
    const argv = ['--justfile', found, '--working-directory', dirname(found), '--dump', '--dump-format', 'json'];
    const { status, stdout } = await runLimited(program, argv, { ...env, PATH: path }, { timeoutMs: 10_000, outputBytes: 16 << 20 });
    const listing = status === 0 ? recipesOfDump(stdout.toString()) : undefined;
    if (listing !== undefined) return { listing, isAsked: true };
  }
  return { listing: recipesOfText(text), isAsked: false };
}
