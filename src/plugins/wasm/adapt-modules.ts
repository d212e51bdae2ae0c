import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { somethingAt } from '../../system/links.ts';
import { writeNewFile } from '../../system/new-file.ts';
import { askedRuntime } from './asked-runtime.ts';
import { MODULE_ENDING, stubOf } from './module-file.ts';
import { modulesIn } from './modules.ts';
import { hostLines } from './stub.ts';

/** What was made of the modules of a plugin, or the one line that says why nothing can be. */
export type AdaptedModules = { readonly hosts: readonly string[]; readonly problem?: undefined } | { readonly hosts?: undefined; readonly problem: string };

/**
 * Writes beside each module of a plugin with a plugin.toml the program that it is called by: a stub that becomes its host, and holds what `[plugin.runtime]` asks for. Nothing is
 * written where there is a problem.
 * @param tree that may be written to
 * @param grant which of the hosts that it asks for it may ask
 * @returns those hosts
 * @throws what `grant` does
 */
export async function adaptModules(tree: string, grant: (hosts: readonly string[]) => Promise<readonly string[]>): Promise<AdaptedModules> {
  const modules = modulesIn(tree);
  if (modules.length === 0) return { hosts: [] };
  const read = askedRuntime(tree);
  if (read.problem !== undefined) return { problem: read.problem };
  const taken = modules.map(stubOf).find((stub) => somethingAt(join(tree, stub)));
  if (taken !== undefined) return { problem: `it has ${taken} and ${taken}${MODULE_ENDING}: one of them must have another name` };
  const hosts = await grant(read.asked.hosts);
  const policy = { manifest: 'plugin.toml' as const, ...read.asked, hosts };
  for (const module of modules) {
    const text = [
      '#!/bin/sh',
      `# Made from ${module} and [plugin.runtime] of plugin.toml. An update makes it anew.`,
      ...hostLines(`"$0${MODULE_ENDING}"`, policy),
      '',
    ].join('\n');
    writeNewFile(join(tree, stubOf(module)), text, 0o755);
    // A module is no program: the stub is.
    chmodSync(join(tree, module), 0o644);
  }
  return { hosts };
}
