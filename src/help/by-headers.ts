import { headOf } from '../system/file-head.ts';

/** A `commands` script that prints what the headers of the plugin's files say, and nothing besides. */
const BY_HEADERS = `#!/bin/sh\n. "\${PLUGIN_CORE_AVAILABLE_PATH:?}/common/commands-of-headers"\n`;

/** Whether a core plugin's `commands` script prints its headers alone, which is read sooner than the script is run. */
export function answersByHeaders(file: string): boolean {
  try {
    return headOf(file, BY_HEADERS.length + 1).toString() === BY_HEADERS;
  } catch {
    return false;
  }
}
