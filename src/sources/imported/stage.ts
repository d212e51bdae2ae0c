import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tomlString } from '../../config/toml.ts';
import { UserError } from '../../errors.ts';
import { COPY } from '../../importing/copied-command.ts';
import type { ImportPlan } from '../../importing/import-plan.ts';
import { findImport } from '../../importing/kinds.ts';
import { stubOf } from '../../importing/stub.ts';
import { astrayLinks } from '../../plugins/astray-links.ts';
import { wordOf } from '../../plugins/subcommands.ts';
import { plural } from '../../system/word-list.ts';
import { copyDirectory } from '../directory/copy.ts';
import type { Brought, StageWorld } from '../kind.ts';
import type { SourceRequest } from '../request.ts';
import type { ImportSource } from './kind.ts';

/** What is imported, and the plan of it. */
export interface PlannedImport {
  readonly source: ImportSource;
  readonly plan: ImportPlan;
}

/**
 * Finds out what a request imports and what becomes of it; writes nothing.
 * @param brand what the command is called, for remarks
 * @throws UserError when it cannot be imported, or has no command
 */
export async function planImport({ imports }: SourceRequest, path: string, brand = 'tool'): Promise<PlannedImport> {
  const { kind, path: found, others } = findImport(path, imports?.as);
  const name = imports?.name || kind.nameOf(found);
  const plan = await kind.plan(found, name, { path: pathOfCaller(), env: process.env, brand });
  if (plan.commands.length === 0) {
    throw new UserError('not-importable', `${found} has no command that can be imported`, {
      hint: plan.left[0] ? `${plan.left[0].what} ${plan.left[0].reason}` : 'nothing is in it',
    });
  }
  const beside = others.map(({ name: other, what }) => `there is ${what} as well; --as ${other} imports that`);
  return { plan: { ...plan, notes: [...plan.notes, ...beside] }, source: { kind: 'import', path: found, as: kind.name, name } };
}

/** The PATH without the folders of this package, which are there for plugins. */
function pathOfCaller(): string {
  const own = process.env.TOOL_PACKAGE;
  const folders = (process.env.PATH ?? '').split(':');
  return folders.filter((folder) => own === undefined || own === '' || !`${folder}/`.startsWith(`${own}/`)).join(':');
}

/** Makes the plugin. @throws UserError when it cannot be imported */
export async function stageImport(request: SourceRequest, path: string, { tree, limits }: StageWorld): Promise<Brought<ImportSource>> {
  const { plan, source } = await planImport(request, path);
  mkdirSync(tree, { mode: 0o755 });
  if (plan.copy) {
    mkdirSync(dirname(join(tree, plan.copy.to)), { recursive: true });
    copyDirectory(plan.copy.from, join(tree, plan.copy.to), limits.depth, ['.git']);
  }
  writePlan(tree, plan, source.name);
  const astray = plan.copy ? astrayLinks(tree).map(({ file }) => file.slice(COPY.length + 1)) : [];
  return { source, notes: [...astrayNote(astray, source.path), ...(request.imports?.isTold ? [] : missedNote(plan.left.length, source.path))] };
}

const astrayNote = (links: readonly string[], path: string): string[] =>
  links.length === 0
    ? []
    : [`${plural(links.length, 'link')} of ${path} to nothing, or out of it: ${links.slice(0, 3).join(', ')}; what needs them will not work`];

const missedNote = (missed: number, path: string): string[] =>
  missed === 0
    ? []
    : [`${missed === 1 ? 'One thing is' : `${missed} things are`} not brought from ${path}; plugin:import --dry-run lists ${missed === 1 ? 'it' : 'them'}`];

function writePlan(tree: string, plan: ImportPlan, plugin: string): void {
  const manifest = [
    '# Made by plugin:import.',
    '[plugin]',
    `description = ${tomlString(plan.description)}`,
    `version = ${tomlString(plan.version)}`,
    '[plugin.config]',
    '',
  ];
  writeFileSync(join(tree, 'plugin.toml'), manifest.join('\n'), { mode: 0o644 });
  for (const { path, text } of plan.files ?? []) writeFileSync(join(tree, path), text, { mode: 0o644 });
  mkdirSync(join(tree, 'bare'), { mode: 0o755 });
  for (const command of plan.commands) {
    writeFileSync(join(tree, 'bare', command.name), stubOf(command, wordOf(plugin, command.name)), { mode: 0o755, flag: 'wx' });
  }
}
