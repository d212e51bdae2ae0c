import { join } from 'node:path';
import { COOKIE } from '../../src/plugins/botkube/cookie.ts';
import { PACKAGE } from './sandbox.ts';

/** A program that is test/fixtures/botkube/executor.cjs, and has the cookie in its bytes as a compiled one does. */
export const EXECUTOR = `#!/usr/bin/env node
// ${COOKIE.value}
require(${JSON.stringify(join(PACKAGE, 'test/fixtures/botkube/executor.cjs'))});
`;

/** The files of a plugin by hand whose bare word is that executor. */
export const executorPlugin = (program = EXECUTOR): Record<string, string> => ({
  'plugin.toml': '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n',
  'program/kc': program,
  'bare/default': `#!/bin/sh\ntool_executor_program=program/kc\n. "$TOOL_PACKAGE/libexec/executor"\n`,
});
