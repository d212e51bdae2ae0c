import { UserError } from '../errors.ts';
import { type Environment, plugnLayout } from '../home/layout.ts';
import { argvIsUtf8 } from '../system/argv.ts';
import { print } from '../terminal/log.ts';
import { type PlugnSpec, plugnNamespaces, plugnSpecs } from './plugn/specs.ts';

const ASKS_FOR_HELP: ReadonlySet<string> = new Set(['-h', '--help']);
const UNKNOWN_COMMAND = 2;

/**
 * Runs what libexec/plugn leaves to Node (contract dokku §2).
 * @param typed argv behind `plugn`
 * @returns the exit status
 */
export async function runPlugn([word = '', ...rest]: readonly string[], env: Environment): Promise<number> {
  if (word === '') return overview('', 0);
  if (word === 'help' || ASKS_FOR_HELP.has(word)) return help(rest.filter((arg) => !ASKS_FOR_HELP.has(arg)));
  if (plugnNamespaces[word] !== undefined && (rest[0] === undefined || ASKS_FOR_HELP.has(rest[0]))) return overview(word, 0);
  const { spec, args } = find([word === '--version' || word === '-v' ? 'version' : word, ...rest]);
  if (!spec) return unknown(word, rest[0] ?? '');
  if (asksForHelp(spec, args)) return help([spec.name]);
  checkArguments(spec, args);
  if (!spec.load) throw new Error(`plugn ${spec.name} was not answered by libexec/plugn-commands`);
  const { run } = await spec.load();
  return run({ layout: plugnLayout(env), env, args });
}

/** The command that a line begins with, of one word or two, and what is behind it. */
function find(words: readonly string[]): { spec: PlugnSpec | undefined; args: readonly string[] } {
  const length = plugnNamespaces[words[0] ?? ''] === undefined ? 1 : 2;
  const name = words.slice(0, length).join(' ');
  return { spec: plugnSpecs.find((spec) => spec.name === name), args: words.slice(length) };
}

const takesAnything = (spec: PlugnSpec, position: number): boolean => spec.args[position] === '<value>';
const asksForHelp = (spec: PlugnSpec, args: readonly string[]): boolean => args.some((arg, index) => ASKS_FOR_HELP.has(arg) && !takesAnything(spec, index));
const usage = ({ name, args }: PlugnSpec): string => [name, ...args].join(' ');

/** @throws UserError */
function checkArguments(spec: PlugnSpec, args: readonly string[]): void {
  const hint = `usage: plugn ${usage(spec)}`;
  const flag = args.find((arg, index) => arg.startsWith('-') && !takesAnything(spec, index));
  if (flag !== undefined) throw new UserError('unknown-flag', `plugn ${spec.name} has no option ${flag}`, { hint });
  const missing = spec.args.find((arg, index) => arg.startsWith('<') && (args[index] === undefined || (args[index] === '' && arg !== '<value>')));
  if (missing) throw new UserError('missing-argument', `plugn ${spec.name} needs ${missing}`, { hint });
  const excess = args[spec.args.length];
  if (excess !== undefined) throw new UserError('too-many-arguments', `plugn ${spec.name} takes no argument "${excess}"`, { hint });
  if (!argvIsUtf8()) throw new UserError('bad-value', `The arguments of plugn ${spec.name} are not UTF-8`, { hint: 'names and TOML are' });
}

/** The table of a namespace's commands, as plugn prints it. */
function overview(namespace: string, status: number, first = namespace === '' ? '' : `${plugnNamespaces[namespace]}\n`): number {
  const rows = new Map(
    plugnSpecs
      .filter(({ name }) => namespace === '' || name.startsWith(`${namespace} `))
      .map(({ name, summary }) => {
        const [word = '', second] = name.split(' ');
        if (namespace !== '') return [second ?? '', summary] as const;
        return [word, plugnNamespaces[word] ?? summary] as const;
      }),
  );
  const lines = [...rows].map(([word, summary]) => `  ${word.padEnd(28)} ${summary}`);
  print(`${first}\nAvailable commands:\n${lines.join('\n')}\n`);
  return status;
}

function unknown(word: string, second: string): number {
  const namespace = plugnNamespaces[word] === undefined ? '' : word;
  return overview(namespace, UNKNOWN_COMMAND, `No such command: ${namespace === '' ? word : second}\n`);
}

function help([word = '', ...rest]: readonly string[]): number {
  if (word === '') return overview('', 0);
  if (plugnNamespaces[word] !== undefined && rest.length === 0) return overview(word, 0);
  const { spec } = find([...word.split(' '), ...rest]);
  if (!spec) return unknown(word, rest[0] ?? '');
  print(`${usage(spec)}\n  ${spec.summary}\n`);
  return 0;
}
