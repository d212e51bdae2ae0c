/** The entry of dist/wasm.cjs, which the stub of a WASM plugin becomes: `POLICY MODULE NAME WORD…`. */
import { dirname, join } from 'node:path';
import { readPolicy } from '../plugins/wasm/policy.ts';
import { runGuest } from '../runtimes/wasm/guest.ts';
import { exactWordsBehind } from '../system/argv.ts';
import { harmlessLine } from '../system/harmless.ts';
import { logError, logWarn, printError } from '../terminal/log.ts';

const [, program = '', policy = '', module = '', name = ''] = process.argv;
const log = (level: string, line: string): void => {
  const text = harmlessLine(line);
  if (level === 'error' || level === 'warn') logWarn(text);
  else printError(`${level}: ${text}`);
};
const { status, problem, isInterrupted } = runGuest(module, readPolicy(policy), {
  name,
  args: exactWordsBehind(5),
  env: process.env,
  httpProgram: join(dirname(program), 'wasm-http.cjs'),
  log,
});
if (problem !== undefined) logError(harmlessLine(problem));
if (isInterrupted) process.kill(process.pid, 'SIGINT');
// A thread that asks a server is not waited for.
process.exit(status);
