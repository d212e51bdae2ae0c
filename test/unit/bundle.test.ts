import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE } from '../support/sandbox.ts';

interface Metafile {
  readonly outputs: Record<
    string,
    { readonly inputs: Record<string, unknown>; readonly imports: readonly { path: string; kind: string }[]; readonly bytes: number }
  >;
}

/** The entry and every chunk that it imports before anything is asked of it. */
function loadedAtStart({ outputs }: Metafile): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file) || !outputs[file]) return;
    seen.add(file);
    for (const { path, kind } of outputs[file].imports) if (kind === 'import-statement') visit(path);
  };
  visit('dist/main.cjs');
  return [...seen];
}

test('what every Node-routed command loads is small and holds no heavy library', () => {
  const metafile: Metafile = JSON.parse(readFileSync(join(PACKAGE, 'dist/metafile.json'), 'utf8'));
  const files = loadedAtStart(metafile);
  const inputs = files.flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}));
  expect(inputs).toContain('src/dispatch/resolve.ts');
  expect(inputs.filter((input) => /node_modules\/(?!fastest-levenshtein)/.test(input))).toEqual([]);
  expect(inputs.filter((input) => input.startsWith('src/commands/'))).toEqual([]);
  expect(files.reduce((sum, file) => sum + (metafile.outputs[file]?.bytes ?? 0), 0)).toBeLessThan(40_000);
});
