import { plainSpec } from './plain-spec.ts';
import type { SpecFile } from './spec-file.ts';

/**
 * Reads a spec of add-ons: one YAML document with a mapping `spec`, in which each mapping that has a `version` is an add-on. All values are text as
 * written. Anchors, aliases and tags are refused: what is put beside an anchor would appear wherever it is used. Most specs are plain mappings, which
 * are read here at once; the library that reads all of YAML takes longer to load than all else that is done with a spec.
 * @param origin the file, for messages
 * @throws UserError bad-spec with line and column
 */
export async function readSpec(text: string, origin: string): Promise<SpecFile> {
  return plainSpec(text) ?? (await import('./spec-document.ts')).readSpecDocument(text, origin);
}
