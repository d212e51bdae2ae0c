import { digitsOf, sha256Problem } from '../../catalogue/formats/address.ts';
import type { ConfigSchema } from '../../catalogue/release.ts';
import { isTable, parseToml } from '../../config/toml.ts';
import { errorLine, isUserError } from '../../errors.ts';
import { helmSummary } from '../../plugins/helm/names.ts';
import { type NeededProgram, oneLine, type ToldDetails } from './plugin-details.ts';

type Table = Record<string, unknown>;

/**
 * Reads what the `[plugin]` table of a plugin.toml, or of a file of that form beside an archive, says for an index.
 */
export function readTomlDetails(text: string): ToldDetails {
  let table: unknown;
  try {
    table = parseToml(text, 'line').plugin;
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { details: {}, faults: [errorLine(error)] };
  }
  if (!isTable(table)) return { details: {}, faults: ['has no [plugin] table'] };
  const faults: string[] = [];
  const own = table;
  const word = (key: string): string | undefined => textIn(own, key, faults);
  const flag = (key: string): boolean | undefined => flagIn(own, key, faults);
  const details = {
    version: word('version'),
    description: word('description'),
    documentation: word('documentation'),
    licence: word('license'),
    requires: word('requires'),
    recommended: flag('recommended'),
    prerelease: flag('prerelease'),
    schema: schemaIn(own, 'schema', faults),
    requestSchema: schemaIn(own, 'request-schema', faults),
    programs: programsIn(own, faults),
  };
  return { details, faults };
}

/** Reads what a plugin.yaml of Helm's says for an index, as an install reads it: a plugin that says nothing of itself is called as Helm calls it (contract helm §3.4). */
export async function readYamlDetails(text: string): Promise<ToldDetails> {
  const { readHelmManifest } = await import('../../plugins/helm/read-helm-manifest.ts');
  const { metadata, problem } = readHelmManifest(text);
  if (metadata === undefined) return { details: {}, faults: [oneLine(problem)] };
  const { name, version, sourceURL, config } = metadata;
  return { details: { version, description: oneLine(config.shortHelp) || helmSummary(name), documentation: sourceURL }, faults: [] };
}

function textIn(table: Table, key: string, faults: string[]): string | undefined {
  const value = table[key];
  if (value === undefined) return undefined;
  if (typeof value === 'string') return oneLine(value);
  faults.push(`"${key}" is no text: put it in quotes`);
  return undefined;
}

function flagIn(table: Table, key: string, faults: string[]): boolean | undefined {
  const value = table[key];
  if (value === undefined || typeof value === 'boolean') return value;
  faults.push(`"${key}" is neither true nor false`);
  return undefined;
}

/** A schema as a text of JSON, as a table, or by its address under the key with `-url`. */
function schemaIn(table: Table, key: string, faults: string[]): ConfigSchema | undefined {
  const [value, url] = [table[key], textIn(table, `${key}-url`, faults)];
  if (value !== undefined && url !== undefined) faults.push(`"${key}" and "${key}-url" are mutually exclusive: pick one`);
  if (typeof value === 'string') return { value: value.trim() };
  if (isTable(value)) return { value: JSON.stringify(value) };
  if (value !== undefined) faults.push(`"${key}" is neither a text of JSON nor a table`);
  return url === undefined ? undefined : { url };
}

/** `[plugin.programs.NAME]`, with a line for each platform: `"linux/amd64" = { url = "…", sha256 = "…" }`, or the address alone. */
function programsIn({ programs }: Table, faults: string[]): ReadonlyMap<string, ReadonlyMap<string, NeededProgram>> | undefined {
  if (programs === undefined) return undefined;
  const form = 'write [plugin.programs.NAME] and lines like "linux/amd64" = { url = "https://…", sha256 = "…" }';
  if (!isTable(programs)) {
    faults.push(`"programs" is no table: ${form}`);
    return undefined;
  }
  const found = new Map<string, Map<string, NeededProgram>>();
  for (const [name, platforms] of Object.entries(programs)) {
    const byPlatform = new Map<string, NeededProgram>();
    for (const [platform, place] of isTable(platforms) ? Object.entries(platforms) : []) {
      const { url, sha256 } = isTable(place) ? place : { url: place, sha256: undefined };
      const digits = typeof sha256 === 'string' ? digitsOf(sha256) : undefined;
      const problem = sha256 === undefined ? undefined : digits === undefined ? 'is no text' : sha256Problem(digits);
      if (problem !== undefined) faults.push(`the sha256 of the program ${name} for ${platform} ${problem}`);
      else if (typeof url === 'string') byPlatform.set(platform, { url, sha256: digits });
    }
    if (byPlatform.size === 0) faults.push(`the program ${name} has no address: ${form}`);
    found.set(name, byPlatform);
  }
  return found;
}
