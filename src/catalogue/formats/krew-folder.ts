import { join } from 'node:path';
import { statOrNothing } from '../../system/links.ts';

/** Where the manifests of an index stand in it. */
export const FOLDER = 'plugins';

/** Whether a directory has its manifests there, and not in itself. */
export const hasFolder = (directory: string): boolean => statOrNothing(join(directory, FOLDER))?.isDirectory() === true;
