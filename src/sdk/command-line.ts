import { mkdirSync } from 'node:fs';
import { apiClient } from './api-client.ts';
import type { Declared } from './calls.ts';
import { definitionOf } from './definition.ts';
import { noHost } from './host.ts';
import { listen } from './listen.ts';
import { type Logger, loggerOf } from './logger.ts';
import { errorBody } from './provider-error.ts';

/** The token by which a provider knows that it is asked for what it is, and not to look around. */
const CATALOG = 'catalog';

/**
 * Runs one command of a provider.
 * @returns the exit status; undefined for `listen`, which goes on
 */
export async function runCommand(declared: Declared, argv: readonly string[]): Promise<number | undefined> {
  const [command = 'help', ...args] = argv.filter((word) => word !== '-d' && word !== '--debug');
  try {
    switch (command) {
      case 'define':
        process.stdout.write(`${JSON.stringify(await checkedDefinition(declared), null, 2)}\n`);
        return 0;
      case 'unpack':
        await unpack(declared, args[0]);
        return 0;
      case 'listen':
        return await listen(declared, args);
      case 'version':
        process.stdout.write(`Version: ${declared.spec.version}\n`);
        return 0;
      case 'help':
      case '--help':
      case '-h':
        process.stdout.write(usage(declared));
        return 0;
      default:
        process.stderr.write(`Error: unknown command "${command}"\n${usage(declared)}`);
        return 1;
    }
  } catch (error) {
    process.stderr.write(`Error: ${(errorBody(error, declared.spec.name).Messages ?? []).join('\n  ')}\n`);
    return 1;
  }
}

const usage = ({ spec: { name } }: Declared): string =>
  `Usage: ${name} define | listen TO-PLUGIN FROM-PLUGIN | unpack DIRECTORY | version\n\n` +
  `  define    prints what the provider is, as JSON\n  listen    serves an instance: listens on the first socket, and calls its host on the second\n` +
  `  unpack    puts the files of the provider into a directory\n  version   prints its version\n`;

async function checkedDefinition(declared: Declared): Promise<object> {
  const definition = definitionOf(declared);
  const { validate } = declared.handlers;
  if (!validate || process.env.RS_TOKEN === CATALOG) return definition;
  return (await validate({ log: localLog(declared), api: apiClient(process.env), definition })) ?? definition;
}

async function unpack(declared: Declared, directory: string | undefined): Promise<void> {
  if (directory === undefined || directory === '') throw new Error(`Not a valid location: \`${directory ?? ''}\``);
  const { unpack: run } = declared.handlers;
  if (!run) return;
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  await run({ directory, log: localLog(declared) });
}

const localLog = ({ spec }: Declared): Logger => loggerOf({ service: spec.name, sink: noHost.log, level: spec.logLevel ?? 'info', secrets: new Set() });
