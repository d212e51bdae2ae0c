import { readFileSync } from 'node:fs';
import { errnoOf, isUserError } from '../errors.ts';
import { parseToml } from './toml.ts';

/** What plugin.toml says (contract dokku §4.1). Empty where it says nothing. */
export interface Manifest {
  readonly version: string;
  readonly description: string;
}

/** A manifest, or the one line that says why there is none. */
export type ManifestResult = { readonly manifest: Manifest; readonly problem?: undefined } | { readonly manifest?: undefined; readonly problem: string };

/** Reads a plugin directory's plugin.toml. Never throws for what a plugin may get wrong: a list goes on with its next row. */
export function readManifest(directory: string): ManifestResult {
  const file = `${directory}/plugin.toml`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason =
      errnoOf(error) === 'ENOENT' ? 'is missing; write one with [plugin], description, version and [plugin.config]' : `cannot be read (${errnoOf(error)})`;
    return { problem: `${file} ${reason}` };
  }
  try {
    const { plugin } = parseToml(text, file);
    if (typeof plugin !== 'object' || plugin === null || Array.isArray(plugin))
      return { problem: `${file} has no [plugin] table; add one with description and version` };
    const field = (name: string): string => {
      const value = (plugin as Record<string, unknown>)[name];
      return typeof value === 'string' ? value : '';
    };
    return { manifest: { version: field('version'), description: field('description') } };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { problem: `${error.message}; ${error.hint}` };
  }
}
