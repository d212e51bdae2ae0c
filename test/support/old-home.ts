import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE, Sandbox } from './sandbox.ts';

/** A sandbox with homes that an earlier version made, and the sources that their plugins came from (test/fixtures/<name>/make). */
export function oldHome(name: string): Sandbox {
  const sandbox = new Sandbox();
  execFileSync('tar', ['-xzf', join(import.meta.dirname, '../fixtures', name, 'home.tar.gz'), '-C', sandbox.root, '--no-same-owner']);
  const here = (text: string): string => text.replaceAll('@ROOT@', sandbox.root).replaceAll('@PACKAGE@', PACKAGE);
  for (const entry of readdirSync(sandbox.root, { recursive: true, encoding: 'utf8' })) {
    const path = join(sandbox.root, entry);
    const stat = lstatSync(path);
    const text = stat.isSymbolicLink() ? readlinkSync(path) : stat.isFile() ? readFileSync(path, 'latin1') : '';
    if (here(text) === text) continue;
    if (stat.isFile()) writeFileSync(path, here(text), 'latin1');
    else {
      rmSync(path);
      symlinkSync(here(text), path);
    }
  }
  return sandbox;
}
