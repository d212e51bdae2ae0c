import { UserError } from '../../errors.ts';
import { storePaths } from '../../home/store-paths.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { confirm } from '../../terminal/confirm.ts';
import type { PlacingContext } from './placing-world.ts';

/**
 * Which hosts a plugin's modules may ask: those that `--allow` names, those that a lock has, and those that were allowed to what stands. Somebody at the terminal is asked about others.
 * @param name of the plugin, as far as it is known
 * @param hosts that it asks for: names, or patterns with `*`
 * @param locked those that a lock has
 * @returns all of them
 * @throws UserError hosts-not-allowed
 */
export async function grantHosts(
  { layout, options, progress }: PlacingContext,
  name: string,
  hosts: readonly string[],
  locked: readonly string[] = [],
): Promise<readonly string[]> {
  const allowed = [...(options.allow?.split(/[\s,]+/) ?? []), ...locked, ...(currentReceipt(storePaths(layout.pluginPath), name)?.allowedHosts ?? [])];
  const missing = options.allow === 'all' ? [] : hosts.filter((host) => !allowed.includes(host));
  const shown = harmlessLine(missing.join(', '));
  // What is only planned needs no answer.
  if (missing.length > 0 && options.dryRun) progress(`would need --allow ${missing.join(',')}`);
  else if (missing.length > 0 && !(await confirm(`The WASM modules of ${name} ask for HTTP to ${shown}. Allow it?`))) {
    throw new UserError('hosts-not-allowed', `The WASM modules of ${name} ask for HTTP to ${shown}, which is not allowed`, {
      hint: `give --allow ${missing.some((host) => host.includes('*')) ? `'${missing.join(',')}'` : missing.join(',')} if you trust them with it`,
    });
  }
  return hosts;
}
