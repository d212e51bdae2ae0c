import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { linkedPolicy } from '../plugins/wasm/linked.ts';
import { currentReceipt } from '../store/receipts.ts';
import { harmlessLine } from '../system/harmless.ts';

/** What a module that has no program beside it is run under, as its host is told. */
export interface LinkedModule {
  readonly policy: string;
  /** One line for each thing that it asks for and is not granted. */
  readonly warnings: readonly string[];
}

/**
 * What the modules of a plugin that nothing is written to are granted.
 * @throws UserError for a plugin.toml that says it wrongly
 */
export function linkedModule(plugin: string, { enabled, pluginPath, brand }: Layout): LinkedModule {
  const directory = join(enabled, plugin);
  const receipt = currentReceipt(storePaths(pluginPath), plugin);
  const { policy, missing, problem } = linkedPolicy(directory, receipt?.allowedHosts ?? []);
  if (problem !== undefined) throw new UserError('bad-manifest', `${join(directory, 'plugin.toml')}: ${problem}`);
  const how = receipt ? `\`${brand} plugin:install --link\` with --allow allows it` : 'install it to be asked about them';
  return {
    policy: JSON.stringify(policy),
    warnings: missing.length === 0 ? [] : [`The WASM modules of ${plugin} ask for HTTP to ${harmlessLine(missing.join(', '))}, which is not allowed; ${how}`],
  };
}
