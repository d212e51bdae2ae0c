import type { CommandSpec } from './command-spec.ts';
import { completionSpecs } from './specs/completion.ts';
import { docsSpecs } from './specs/docs.ts';
import { helmSpecs } from './specs/helm.ts';
import { pluginSpecs } from './specs/plugin.ts';
import { pluginChangeSpecs } from './specs/plugin-changes.ts';
import { publishingSpecs } from './specs/publishing.ts';
import { repositorySpecs } from './specs/repository.ts';
import { serverSpecs } from './specs/server.ts';

/** The launcher has seen these wherever they stand; they are no mistake here. */
export const GLOBAL_FLAGS = ['--quiet', '--trace', '--force'];

/** Every command that Node runs. */
export const specs = [
  ...pluginSpecs,
  ...pluginChangeSpecs,
  ...repositorySpecs,
  ...publishingSpecs,
  ...completionSpecs,
  ...serverSpecs,
  ...helmSpecs,
  ...docsSpecs,
] as const satisfies readonly CommandSpec[];

export type CommandName = (typeof specs)[number]['name'];
export type SpecOf<Name extends CommandName> = Extract<(typeof specs)[number], { readonly name: Name }>;

const FORMAT = [
  ['--format <format>', 'stdout (default) or json'],
  ['--json', 'the same as --format json'],
] as const;

/** The flags of a command, those included that every command has. */
export const flagsOf = ({ options = [], formats }: CommandSpec): NonNullable<CommandSpec['options']> => [...options, ...(formats ? [] : FORMAT)];
