import { isUtf8 } from 'node:buffer';
import { configuredValues } from '../config/render-exports.ts';
import { isTraced, UserError } from '../errors.ts';
import { type Environment, readLayout } from '../home/layout.ts';
import { callExecutor } from '../runtimes/grpc/call-executor.ts';
import type { ExecuteRequest, ExecuteResponse } from '../runtimes/grpc/executor-messages.ts';
import { kubeConfigOf } from '../runtimes/grpc/kube-config.ts';
import type { LoggedLine } from '../runtimes/grpc/log-lines.ts';
import { renderMessages } from '../runtimes/grpc/render-message.ts';
import { exactWordsBehind } from '../system/argv.ts';
import { childEnvironment } from '../system/child.ts';
import { readDuration } from '../system/duration.ts';
import { withInterrupts } from '../system/interrupts.ts';
import { shellWord } from '../system/shell-quote.ts';
import { printLines } from '../terminal/lines.ts';
import { logWarn, printError, printJson } from '../terminal/log.ts';
import { fetchProgress } from '../terminal/progress.ts';

/** As go-plugin's client waits. */
const START_MS = 60_000;
/** Node, the bundle, the mode's word, and what libexec/executor puts in front of the words that were typed. */
const WORDS_IN_FRONT = 7;

/**
 * Runs a command of an executor of Botkube's, as libexec/executor asks for it.
 * @param asked the plugin, the name that Botkube has for its program, whether that is an executor or a source, its path, and what was typed
 * @returns its exit status
 * @throws UserError where it does not start, refuses the command, or dies
 */
export async function runExecutor([plugin = '', name = '', type = '', program = '']: readonly string[], env: Environment): Promise<number> {
  const { brand, pluginPath } = readLayout(env);
  if (type !== 'executor')
    throw new UserError('not-an-executor', `${name} is a source of Botkube, which tells of events, and has no command`, {
      hint: `make an instance of it: ${brand} instance:create NAME --provider ${plugin}`,
    });
  const { words, isJson } = wordsTyped();
  const startMs = startMsOf(env);
  const progress = fetchProgress(name);
  const listener = {
    onLine: (line: LoggedLine) => {
      progress.onEnd();
      logLine(name, line, isTraced(env));
    },
    onNoise: (line: string) => logWarn(`${name} printed a line in front of its handshake, for which Botkube would refuse it: ${line}`),
    onAnswer: (answer: ExecuteResponse) => {
      progress.onEnd();
      printAnswer(answer, isJson, brand);
    },
  };
  const request = words[0] === 'help' ? undefined : () => requestFor(name, words, configuredValues(pluginPath), plugin, env);
  try {
    await withInterrupts('', ({ aborted, watch }) =>
      callExecutor({ name, file: program, env: childEnvironment(env), startMs, aborted, request }, { ...listener, onStart: watch }).catch((error: unknown) => {
        // Who ended it knows why nothing came.
        if (!aborted.aborted) throw error;
      }),
    );
  } catch (error) {
    progress.onEnd();
    if (isJson) (await import('../terminal/json-error.ts')).printJsonError(error);
    throw error;
  }
  return 0;
}

/** What was typed: `--format json` in front of all of it is ours, and so is the `--` that keeps an executor's own. */
function wordsTyped(): { words: readonly string[]; isJson: boolean } {
  const exact = exactWordsBehind(WORDS_IN_FRONT);
  const bad = exact.findIndex((word) => !isUtf8(word));
  if (bad >= 0) throw new UserError('bad-value', `Argument ${bad + 1} is not UTF-8, and a command of Botkube's is text`, { hint: 'give it in UTF-8' });
  const typed = exact.map((word) => Buffer.from(word).toString());
  const ours = typed[0] === '--format' && typed[1] === 'json' ? 2 : typed[0] === '--format=json' ? 1 : 0;
  return { words: typed.slice(typed[ours] === '--' ? ours + 1 : ours), isJson: ours > 0 };
}

async function requestFor(
  name: string,
  words: readonly string[],
  { of, problem }: ReturnType<typeof configuredValues>,
  plugin: string,
  env: Environment,
): Promise<ExecuteRequest> {
  // An executor that has a part of its configuration alone may do what it should not.
  if (problem !== undefined) throw new UserError('bad-settings', problem, { hint: 'correct the file' });
  const values = of(plugin);
  const { yamlOf } = Object.keys(values).length === 0 ? { yamlOf: undefined } : await import('../config/yaml-text.ts');
  return { command: [name, ...words.map(shellWord)].join(' '), config: yamlOf?.(values), kubeConfig: kubeConfigOf(env, logWarn), user: userOf(env) };
}

/** Who is at the terminal, or whose key opened the server's front door. */
const userOf = ({ SSH_NAME, USER }: Environment): string => (SSH_NAME && SSH_NAME !== 'default' ? SSH_NAME : (USER ?? ''));

function startMsOf({ TOOL_EXECUTOR_TIMEOUT: asked }: Environment): number {
  if (!asked) return START_MS;
  const milliseconds = readDuration(asked);
  if (milliseconds) return milliseconds;
  throw new UserError('bad-value', `TOOL_EXECUTOR_TIMEOUT is "${asked}", which is no time`, { hint: 'write it like 30s or 2m' });
}

function logLine(name: string, { level, text }: LoggedLine, traced: boolean): void {
  if (level === undefined) printError(text);
  else if (level === 'warn' || level === 'error') logWarn(`${name}: ${text}`);
  else if (traced) printError(`${level}: ${text}`);
}

function printAnswer({ message, messages }: ExecuteResponse, isJson: boolean, brand: string): void {
  if (isJson) printJson({ message, ...(messages.length > 0 ? { messages } : {}) });
  else printLines(renderMessages([message, ...messages], brand).map((line) => (typeof line === 'string' ? line : { text: line.heading, as: 'heading' })));
}
