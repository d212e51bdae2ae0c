import { join } from 'node:path';
import { COOKIE } from '../../src/plugins/botkube/cookie.ts';
import { PACKAGE } from './sandbox.ts';

/**
 * A program that is test/fixtures/botkube/source.cjs, and has the cookie in its bytes as a compiled one does.
 * @param start how it starts, and what it says of itself
 * @param later a file that says so once it is there
 */
export const sourceProgram = (start: object = {}, later = '/nowhere'): string => `#!/usr/bin/env node
// ${COOKIE.value}
const { existsSync, readFileSync } = require('node:fs');
const later = ${JSON.stringify(later)};
process.env.SOURCE = existsSync(later) ? readFileSync(later, 'utf8') : ${JSON.stringify(JSON.stringify(start))};
require(${JSON.stringify(join(PACKAGE, 'test/fixtures/botkube/source.cjs'))});
`;
