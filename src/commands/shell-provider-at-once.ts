import { serveScript } from '../runtimes/shell-provider/shell-provider.ts';

/** The entry of what serves a provider in bash (plugins/common/provider-functions): Node is started for nothing else, so nothing else is loaded. */
serveScript(process.argv.slice(2)).then(
  (status) => {
    if (status !== undefined) process.exitCode = status;
  },
  (error: Error) => {
    process.stdout.write('Failed\n');
    process.stderr.write(`Error: ${error.message}\n`);
    process.exitCode = 1;
  },
);
