import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { makeWholeFolder } from '../../system/whole-folder.ts';
import type { Definition } from '../definition/definition.ts';
import type { ProviderPaths } from '../paths.ts';

/** What an action that is about no object is called by as a command: libexec/action-command takes instance and action from its path. */
const STUB = `#!/bin/sh\n. "\${TOOL_PACKAGE:?is not set; run this through tool}/libexec/action-command"\n`;

/** Writes the commands of an instance, \`NAME:ACTION\` for each action that is about no object. Where a plugin has its name they are not found, and hide nothing. */
export function writeActionCommands(paths: ProviderPaths, instance: string, { actions }: Definition): void {
  const folder = join(paths.commands, instance);
  explainDiskErrors('write the commands of an instance', folder, () => {
    removeActionCommands(paths, instance);
    const own = actions.filter(({ model }) => model === '');
    if (own.length === 0) return;
    mkdirSync(paths.commands, { recursive: true, mode: 0o700 });
    makeWholeFolder(folder, (made) => {
      mkdirSync(join(made, 'subcommands'));
      for (const { command } of own) {
        writeFileSync(join(made, 'subcommands', command), STUB);
        chmodSync(join(made, 'subcommands', command), 0o755);
      }
    });
  });
}

export const removeActionCommands = (paths: ProviderPaths, instance: string): void => void removeTree(join(paths.commands, instance));
