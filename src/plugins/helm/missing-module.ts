import { join } from 'node:path';
import { statOrNothing } from '../../system/links.ts';
import { WASM_FILE_NAME } from './file-names.ts';
import type { HelmMetadata } from './metadata.ts';

/** What Helm says of a plugin whose runtime needs a module that is not beside its plugin.yaml (contract helm §5); undefined for all others. */
export function missingModule(directory: string, { runtime }: HelmMetadata): string | undefined {
  const module = join(directory, WASM_FILE_NAME);
  if (runtime !== 'extism/v1' || statOrNothing(module)?.isFile()) return undefined;
  return `wasm binary missing for extism/v1 plugin: ${JSON.stringify(module)}`;
}
