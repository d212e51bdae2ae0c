import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Layout } from '../plugins/layout.ts';
import { readManifest } from '../plugins/manifest.ts';
import { archiveFormat } from '../sources/archive.ts';
import type { SourceRequest, Staged } from '../sources/source.ts';
import { stage } from '../sources/stage.ts';
import { logWarn } from '../terminal/log.ts';
import { stageOptions } from './stage-options.ts';

/** The name without one given: the last segment up to its first dot (contract dokku §2.2). */
export const plugnDefaultName = (url: string): string =>
  url
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .split(/[/:]/)
    .at(-1)
    ?.split('.')[0] ?? '';

/** plugn knows no directories: a path is a repository's, which git clones. */
export const repositoryUrl = (given: string): string => (existsSync(given) && !archiveFormat(given) ? pathToFileURL(resolve(given)).href : given);

/**
 * Stages a source, and tells what is wrong with its plugin.toml, which plugn does not need.
 * @returns the tree and the version it says it has, possibly empty
 * @throws UserError when it cannot be had
 */
export async function stagePlugin(
  layout: Layout,
  name: string,
  request: Omit<SourceRequest, 'link'>,
  staging: string,
): Promise<{ staged: Staged; version: string }> {
  const staged = await stage({ ...request, link: false }, staging, stageOptions(layout, name));
  const { manifest, problem } = readManifest(staged.tree);
  if (problem) logWarn(problem.replace(staged.tree, name));
  return { staged, version: manifest?.version ?? '' };
}
