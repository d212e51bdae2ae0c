import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { enabledPlugins, type Layout } from '../../home/layout.ts';
import { isPluginName } from '../../home/names.ts';
import { isExecutableFile } from '../../plugins/executable.ts';
import type { ProviderSource } from '../../providers/definition/record.ts';
import { harmlessLine } from '../../system/harmless.ts';

/** What a plugin carries its provider as. */
const PROVIDER_FILE = 'provider';

/** The provider of a plugin; undefined where it has none. */
export function carriedBy(layout: Layout, plugin: string): ProviderSource | undefined {
  const file = join(layout.enabled, plugin, PROVIDER_FILE);
  return isPluginName(plugin) && isExecutableFile(file) ? { kind: 'plugin', place: file } : undefined;
}

/** The enabled plugins that carry a provider, in byte order. */
export const carryingPlugins = (layout: Layout): string[] => enabledPlugins(layout).names.filter((name) => carriedBy(layout, name) !== undefined);

/** What a word names: a URL, a plugin that carries a provider, or a file. @throws UserError for none of them */
export function providerSource(layout: Layout, word: string): ProviderSource {
  if (/^https?:\/\//i.test(word)) return { kind: 'url', place: word };
  const carried = word.includes('/') ? undefined : carriedBy(layout, word);
  if (carried) return carried;
  const file = resolve(word);
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return { kind: 'file', place: file };
  const what = existsSync(file) ? 'no file' : 'neither a file, nor a URL, nor a plugin that carries a provider';
  throw new UserError('not-a-source', `${harmlessLine(word)} is ${what}`, { hint: 'give the program of a provider' });
}

/** What a sum must look like. @throws UserError */
export function checksumOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const sum = text.replace(/^sha256:/, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(sum)) return sum;
  throw new UserError('bad-value', `--sha256 takes 64 hexadecimal digits, not "${harmlessLine(text)}"`);
}
