import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../../home/layout.ts';
import { storePaths } from '../../home/store-paths.ts';
import type { Manifest } from '../../plugins/manifest.ts';
import { placeOf } from '../../sources/source.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { treeFacts } from '../../store/tree-facts.ts';
import { withoutSecrets } from '../../system/secrets.ts';

interface SourceFields {
  readonly source_url: string;
  readonly committish: string;
  readonly branch: string;
  /** As in receipts; null where there is none, as for what was put there by hand or comes with tool. */
  readonly source_kind: string | null;
}

/** What a plugin is by its author's manifest: the file that it has, and of one for Helm its type and the form of that file; null where nothing says. */
export function manifestFields(directory: string, helm: Manifest['helm']): { manifest: string | null; type: string | null; form: string | null } {
  const manifest = helm ? 'plugin.yaml' : existsSync(join(directory, 'plugin.toml')) ? 'plugin.toml' : null;
  return { manifest, type: helm?.type ?? null, form: helm?.form ?? null };
}

/** Where a plugin came from, for programs: what a list for people does not load. */
export async function sourceFields(layout: Layout, name: string, directory: string): Promise<SourceFields> {
  const source = currentReceipt(storePaths(layout.pluginPath), name)?.source;
  const { url = '', commit = '', branch = '' } = (await treeFacts(layout, name, directory)) ?? {};
  return { source_url: (source && placeOf(source)) ?? withoutSecrets(url), committish: commit, branch, source_kind: source?.kind ?? null };
}
