import { join } from 'node:path';
import { namesIn } from '../../home/layout.ts';
import { readSmallFile, SETTINGS_BYTES } from '../../system/small-file.ts';
import { COMMAND_STUB, GETTERS_FOLDER, getterPath, POST_RENDERER } from '../helm/file-names.ts';
import { limitText } from './limit-words.ts';
import { linkedPolicy } from './linked.ts';
import { stubOf } from './module-file.ts';
import { modulesIn, modulesWithoutPrograms } from './modules.ts';
import { readPolicy, type WasmPolicy } from './policy.ts';

/**
 * What the modules of an installed plugin are granted: what its first stub holds, and its host keeps to; of one that is linked, what its plugin.toml says. Undefined for a plugin
 * without modules.
 * @param allowed the hosts that were allowed when it was installed
 */
export function grantedPolicy(directory: string, allowed: readonly string[]): WasmPolicy | undefined {
  const getters = namesIn(join(directory, GETTERS_FOLDER)).map(getterPath);
  for (const stub of [...modulesIn(directory).map(stubOf), COMMAND_STUB, POST_RENDERER, ...getters]) {
    const policy = policyIn(join(directory, stub));
    if (policy !== undefined) return policy;
  }
  return modulesWithoutPrograms(directory).length === 0 ? undefined : linkedPolicy(directory, allowed).policy;
}

function policyIn(stub: string): WasmPolicy | undefined {
  try {
    const [, quoted] = /^tool_wasm_policy='(.*)'$/m.exec(readSmallFile(stub, SETTINGS_BYTES)) ?? [];
    return quoted === undefined ? undefined : readPolicy(quoted.replaceAll("'\\''", "'"));
  } catch {
    return undefined;
  }
}

/** A policy in one line for people. */
export function policyText({ limits, hosts, temporaryDirectory, environment }: WasmPolicy): string {
  return [
    `use ${limitText('timeoutMs', limits.timeoutMs)}, ${limitText('memoryPages', limits.memoryPages)} and ${limitText('outputBytes', limits.outputBytes)} of output`,
    hosts.length === 0 ? 'ask no host' : `ask ${hosts.join(', ')}`,
    temporaryDirectory ? `keep ${limitText('temporaryBytes', limits.temporaryBytes)} in a temporary directory` : 'use no file',
    `see the variables ${environment.join(' ')}`,
    'no limit of time holds while they are compiled, and while they wait for a pipe of another user’s',
  ].join('; ');
}
