import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundle } from '../../scripts/bundle.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The package that `killedAt` runs. */
    killable: string;
  }
}

/**
 * Before all tests: the package once more, with a bundle that dies at the step of a change that is named to it.
 * @returns what is done after them
 */
export async function setup({ provide }: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'tool-killable-'));
  for (const name of ['bin', 'compat', 'libexec', 'plugins', 'dist/build.sh', 'dist/abi.sh']) cpSync(name, join(folder, name), { recursive: true });
  await bundle(join(folder, 'dist'), JSON.parse(readFileSync('package.json', 'utf8')).version, { killable: true });
  provide('killable', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
