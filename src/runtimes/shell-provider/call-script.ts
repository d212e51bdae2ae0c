import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Call } from '../../sdk/calls.ts';
import type { JsonObject, LogLevel } from '../../sdk/models.ts';
import { ProviderError } from '../../sdk/provider-error.ts';
import { startChild } from '../../system/child.ts';

/** What a script is told of a call: three fields for each thing, a kind, a name and a value. */
export type Told = readonly (readonly [kind: string, name: string, value: unknown])[];

const MOST_BYTES = 64 << 20;
const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error'] satisfies LogLevel[];

/**
 * Has a provider that is a script do one thing: it is started with `--provider-call`, and told on standard input what the call is about. What it prints is the answer, as JSON where it
 * is some, else as text.
 * @throws ProviderError with what the script said of its failure
 */
export async function callScript(
  script: string,
  words: readonly string[],
  told: Told,
  call: Pick<Call, 'log' | 'publish' | 'leaving'>,
  signal?: AbortSignal,
): Promise<unknown> {
  const child = startChild(script, ['--provider-call', ...words], { stdio: ['pipe', 'pipe', 'pipe', 'pipe'], env: process.env, ...(signal ? { signal } : {}) });
  const [stdin, stdout, stderr, channel] = child.process.stdio as unknown as [Writable, Readable, Readable, Readable];
  stdin.on('error', () => {});
  stdin.end(told.flatMap((fields) => fields.map((field) => `${textOf(field)}\0`)).join(''));
  const chunks: Buffer[] = [];
  let bytes = 0;
  stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
  });
  let last = '';
  createInterface({ input: stderr }).on('line', (line) => {
    last = line;
    call.log.warn(line);
  });
  const errors: ProviderError[] = [];
  const work: Promise<void>[] = [];
  createInterface({ input: channel }).on('line', (line) => {
    work.push(heard(line, call, errors).catch((error: unknown) => call.log.warn(`what ${words.join(' ')} told could not be passed on`, error)));
  });
  const status = await child.closed;
  await Promise.all(work);
  const [error] = errors;
  if (error) throw error;
  if (status !== 0) throw new ProviderError(last === '' ? `${words.join(' ')} failed with status ${status}` : last, { code: 500 });
  if (bytes > MOST_BYTES) throw new ProviderError(`${words.join(' ')} printed more than ${MOST_BYTES >> 20} MiB`, { code: 500 });
  return answerIn(Buffer.concat(chunks).toString());
}

/** Does what a script asks for by a line of JSON. */
async function heard(line: string, { log, publish, leaving }: Pick<Call, 'log' | 'publish' | 'leaving'>, errors: ProviderError[]): Promise<void> {
  const said = JSON.parse(line) as Readonly<Record<'log' | 'publish' | 'leaving' | 'error', JsonObject | undefined>>;
  if (said.log) log[(LEVELS.includes(String(said.log.level)) ? said.log.level : 'info') as LogLevel](String(said.log.message));
  if (said.publish) await publish(String(said.publish.type), String(said.publish.action), String(said.publish.key), said.publish.object);
  const failure = said.error ?? said.leaving;
  if (!failure) return;
  const error = new ProviderError(String(failure.message), { code: Number(failure.code) });
  if (said.error) errors.push(error);
  else await leaving(error);
}

/** A value as a script has it: a text as it is, anything else as JSON. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null)).replaceAll('\0', '\ufffd');

function answerIn(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text.trimEnd();
  }
}
