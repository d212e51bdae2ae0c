import type { CommandSpec } from './command-spec.ts';
import { addonSpecs } from './specs/addon.ts';
import { bundleSpecs } from './specs/bundle.ts';
import { completionSpecs } from './specs/completion.ts';
import { contentSpecs } from './specs/content.ts';
import { docsSpecs } from './specs/docs.ts';
import { eventSpecs } from './specs/event.ts';
import { helmSpecs } from './specs/helm.ts';
import { actionSpecs, instanceSpecs } from './specs/instance.ts';
import { mirrorSpecs } from './specs/mirror.ts';
import { pluginSpecs } from './specs/plugin.ts';
import { pluginChangeSpecs } from './specs/plugin-changes.ts';
import { providerSpecs } from './specs/provider.ts';
import { providerAuthorSpecs } from './specs/provider-authors.ts';
import { publishingSpecs } from './specs/publishing.ts';
import { repositorySpecs } from './specs/repository.ts';
import { serverSpecs } from './specs/server.ts';
import { storeSpecs } from './specs/store.ts';
import { trustSpecs } from './specs/trust.ts';

/** The launcher has seen these wherever they stand; they are no mistake here. */
export const GLOBAL_FLAGS = ['--quiet', '--trace', '--force'];

/** Every command that Node runs. */
export const specs = [
  ...pluginSpecs,
  ...pluginChangeSpecs,
  ...repositorySpecs,
  ...publishingSpecs,
  ...trustSpecs,
  ...addonSpecs,
  ...mirrorSpecs,
  ...providerSpecs,
  ...instanceSpecs,
  ...actionSpecs,
  ...eventSpecs,
  ...bundleSpecs,
  ...storeSpecs,
  ...completionSpecs,
  ...serverSpecs,
  ...helmSpecs,
  ...docsSpecs,
  ...contentSpecs,
  ...providerAuthorSpecs,
] as const satisfies readonly CommandSpec[];

export type CommandName = (typeof specs)[number]['name'];
export type SpecOf<Name extends CommandName> = Extract<(typeof specs)[number], { readonly name: Name }>;

const FORMAT = [
  ['--format <format>', 'stdout (default) or json'],
  ['--json', 'the same as --format json'],
] as const;

/** The flags of a command, those included that every command has. */
export const flagsOf = ({ options = [], formats }: CommandSpec): NonNullable<CommandSpec['options']> => [...options, ...(formats ? [] : FORMAT)];
