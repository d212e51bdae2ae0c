import { join } from 'node:path';
import { somethingAt } from '../../system/links.ts';
import { PLUGIN_FILE_NAME } from './file-names.ts';

/** Whether a directory holds a plugin by its plugin.yaml: a plugin.toml beside it would go first. */
export const isHelmDirectory = (directory: string): boolean => somethingAt(join(directory, PLUGIN_FILE_NAME)) && !somethingAt(join(directory, 'plugin.toml'));
