import { runSourceProvider } from '../runtimes/grpc-source/source-provider.ts';

/** The entry of what speaks for a source of Botkube (libexec/source): Node is started for nothing else, so nothing else is loaded. */
runSourceProvider(process.argv.slice(2)).then(
  (status) => {
    if (status !== undefined) process.exitCode = status;
  },
  (error: Error) => {
    process.stderr.write(`Error: ${error.message}\n`);
    process.exitCode = 1;
  },
);
