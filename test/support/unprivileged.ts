import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE, type Sandbox } from './sandbox.ts';

export const NOBODY = 65_534;

/** The user to run as when permissions are to be felt: nobody for root, oneself otherwise. */
export const unprivilegedUid: number | undefined = process.getuid?.() === 0 ? NOBODY : undefined;

/** Installs the package into the sandbox, where any user can read it, and gives the launcher's path. */
export function installInto(box: Sandbox, prefix = 'prefix'): string {
  const target = join(box.root, prefix);
  execFileSync(join(PACKAGE, 'scripts/install.sh'), [target, ''], { cwd: PACKAGE });
  execFileSync('chmod', ['-R', 'a+rX', box.root]);
  chmodSync(box.root, 0o755);
  return join(target, 'bin/tool');
}

/** What a run needs to be an ordinary user's, with a sandbox that this user can write: call it when the sandbox is furnished. */
export function asOrdinaryUser(box: Sandbox): { command: string; uid: number | undefined } {
  const command = installInto(box);
  execFileSync('chmod', ['-R', 'a+rwX', box.root]);
  return { command, uid: unprivilegedUid };
}
