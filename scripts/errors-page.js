// Writes docs/errors.md from the table of errors, src/error-codes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const scratch = mkdtempSync(join(tmpdir(), 'errors-page-'));
const file = join(scratch, 'page.mjs');
try {
  const build = await rolldown({ input: 'src/error-codes/page.ts', platform: 'node' });
  await build.write({ file, format: 'esm' });
  await build.close();
  const { errorsPage } = await import(file);
  writeFileSync('docs/errors.md', errorsPage());
} finally {
  rmSync(scratch, { recursive: true });
}
