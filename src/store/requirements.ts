import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { coerce, satisfies, valid, validRange } from 'semver';
import { UserError } from '../errors.ts';
import type { Layout } from '../home/layout.ts';
import type { Dependency, Manifest } from '../plugins/manifest.ts';
import { Plugin } from '../plugins/plugin.ts';
import { harmlessLine } from '../system/harmless.ts';
import { shellWord } from '../system/shell-quote.ts';
import { VERSION } from '../version.ts';

/** A dependency that is not met, and how. */
export interface Unmet extends Dependency {
  readonly found: 'missing' | 'disabled' | { readonly version: string };
}

/** Whether a version, `1.2` or `v1.2.3` included, lies within a range. */
export const isWithin = (version: string, range: string): boolean => satisfies(valid(version) ?? coerce(version) ?? '0.0.0', range);

/**
 * Whether this tool is one that a plugin works with.
 * @throws UserError
 */
export function checkHost(layout: Layout, name: string, { requires: asWritten }: Manifest): void {
  if (asWritten === undefined) return;
  const requires = harmlessLine(asWritten);
  if (validRange(requires) === null) {
    throw new UserError('bad-manifest', `The plugin ${name} requires "${requires}", which is not a version range`, {
      hint: 'in plugin.toml it is like requires = ">=0.1 <2"',
    });
  }
  if (!isWithin(VERSION, requires)) {
    throw new UserError('host-too-different', `The plugin ${name} requires ${layout.brand} ${requires}, and this is ${VERSION}`, {
      hint: `install another version of the plugin, or of ${layout.brand}`,
    });
  }
}

/** Whether a dependency is one: what is not a version range is a remark (plugins made for Dokku name programs there in words). */
export const isNeed = ({ range }: Dependency): boolean => validRange(range) !== null;

/** A line for each dependency that says where it can be had and yet is none, for the author. */
export const doubtfulNeeds = ({ dependencies }: Manifest): string[] =>
  dependencies
    .filter((need) => need.source !== undefined && !isNeed(need))
    .map(({ name, range }) => `the dependency ${name} is not checked: "${harmlessLine(range)}" is not a version range; write it like "^1.2"`);

/** The dependencies of a manifest that no enabled plugin meets. */
export function unmetDependencies(layout: Layout, { dependencies }: Manifest): Unmet[] {
  return dependencies.filter(isNeed).flatMap((dependency): Unmet[] => {
    const { name, range } = dependency;
    const directory = join(layout.available, name);
    if (!existsSync(directory)) return [{ ...dependency, found: 'missing' }];
    const { version } = new Plugin(name, directory);
    if (!isWithin(version, range)) return [{ ...dependency, found: { version } }];
    return existsSync(join(layout.enabled, name)) ? [] : [{ ...dependency, found: 'disabled' }];
  });
}

/**
 * Whether what a plugin needs is there and enabled.
 * @throws UserError naming what is not, with the command that mends it
 */
export function checkDependencies(layout: Layout, name: string, manifest: Manifest): void {
  const [unmet, ...others] = unmetDependencies(layout, manifest);
  if (!unmet) return;
  const also = others.length > 0 ? `; also ${others.map((other) => other.name).join(', ')}` : '';
  const { brand } = layout;
  const needs = `The plugin ${name} needs ${unmet.name}${unmet.range === '*' ? '' : ` ${harmlessLine(unmet.range)}`}`;
  if (unmet.found === 'disabled')
    throw new UserError('dependency-missing', `${needs}, which is disabled${also}`, { hint: `run \`${brand} plugin:enable ${unmet.name}\`` });
  if (unmet.found !== 'missing') {
    throw new UserError('dependency-missing', `${needs}, and ${harmlessLine(unmet.found.version) || 'no version'} is installed${also}`, {
      hint: `run \`${brand} plugin:update ${unmet.name}\``,
    });
  }
  throw new UserError('dependency-missing', `${needs}, which is not installed${also}`, {
    hint:
      unmet.source === undefined ? `install it first with \`${brand} plugin:install\`` : `give --with-dependencies, or run \`${brand} ${installOf(unmet)}\``,
  });
}

/** The command that installs a dependency under its name. */
function installOf({ name, range, source = '', isNamed, type }: Dependency): string {
  if (!isNamed) return `plugin:install ${harmlessLine(source)}`;
  const named = source.slice(source.indexOf('/') + 1) === name ? '' : ` --name ${name}`;
  return `plugin:install ${shellWord(harmlessLine(range === '*' ? source : `${source}@${range}`))}${type === undefined ? '' : ` --type ${shellWord(harmlessLine(type))}`}${named}`;
}
