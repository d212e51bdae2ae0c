import { isLoopbackHost } from '../../http/host.ts';
import { CANNOT_START } from '../../system/child.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { type GroupedChild, runLimited, startGroup } from '../../system/limited-child.ts';
import { readMetadata } from './botkube-metadata.ts';
import { callServer, type ServerPlace } from './grpc-call.ts';
import { oneLine, type ToldDetails } from './plugin-details.ts';

/** A program that runs on this machine, and how it is asked. */
export interface AskedProgram {
  readonly file: string;
  readonly type: 'executor' | 'source';
  /** A directory of its own, where it stands and where it may put what it likes. */
  readonly scratch: string;
  /** How long it may take to answer. */
  readonly patienceMs: number;
}

/** What a program told, or why it did not, as a sentence. */
export type Answer = ToldDetails | { readonly details?: undefined; readonly why: string };

/** The same of one that may be a plugin all the same: then there is no use in asking it in another way. */
export type MetadataAnswer = Answer & { readonly isPlugin: boolean };

/** How go-plugin tells a host from a person, and Botkube's plugins from others. */
const COOKIE = { BOTKUBE: '52ca7b74-28eb-4fac-ae79-31a9cbda2454' };
const PROTOCOL_VERSION = '3';
/** The first line that a plugin prints is short. */
const HANDSHAKE_BYTES = 64 << 10;
/** Output of `define`. */
const DEFINITION_BYTES = 4 << 20;
const SAID_BYTES = 200;

/**
 * What programs see of our environment: what a program of any kind needs, and no token of whatever builds it.
 * @param scratch for its temporary files, the socket of go-plugin among them
 */
function environmentFor(scratch: string, own: Record<string, string>): Record<string, string | undefined> {
  const { PATH, HOME, LANG } = process.env;
  return { PATH, HOME, LANG, TMPDIR: scratch, PLUGIN_UNIX_SOCKET_DIR: scratch, ...own };
}

/** Starts a plugin as go-plugin does, asks it for its `Metadata`, and ends it. */
export async function askMetadata({ file, type, scratch, patienceMs }: AskedProgram): Promise<MetadataAnswer> {
  const env = environmentFor(scratch, { ...COOKIE, PLUGIN_PROTOCOL_VERSIONS: PROTOCOL_VERSION, PLUGIN_MIN_PORT: '10000', PLUGIN_MAX_PORT: '25000' });
  const child = startGroup(file, [], env, scratch);
  const aborted = AbortSignal.timeout(patienceMs);
  let isPlugin = false;
  try {
    const handshake = handshakeIn(await firstLine(child, aborted));
    isPlugin = true;
    const service = type === 'executor' ? 'executor.Executor' : 'source.Source';
    return { ...readMetadata(await callServer(placeIn(handshake), `/${service}/Metadata`, aborted), type), isPlugin };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { why: harmlessLine(why).slice(0, 2 * SAID_BYTES), isPlugin };
  } finally {
    child.kill();
    child.release();
  }
}

/** The first line that a program prints. @throws Error where there is none */
function firstLine({ process: child, closed }: GroupedChild, aborted: AbortSignal): Promise<string> {
  let [out, said] = ['', ''];
  return new Promise((done, fail) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      out = (out + chunk.toString('latin1')).slice(0, HANDSHAKE_BYTES);
      if (out.includes('\n') || out.length === HANDSHAKE_BYTES) done(out.split('\n', 1)[0] ?? '');
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(0, SAID_BYTES);
    });
    aborted.addEventListener('abort', () => fail(new Error('it did not answer in time')), { once: true });
    void closed.then((status) => {
      if (out !== '') done(out);
      else if (status === CANNOT_START) fail(new Error('it cannot be started: is it for this machine?'));
      else fail(new Error(`it ended with status ${status} before it answered${said === '' ? '' : `: ${oneLine(said)}`}`));
    });
  });
}

/**
 * Takes go-plugin's handshake apart, `1|3|unix|/tmp/plugin1|grpc|`: its own version and the plugin's, where it listens, and what it speaks.
 * @throws Error for another line
 */
function handshakeIn(line: string): readonly string[] {
  const [core, ...words] = line.trim().split('|');
  if (core === '1' && words.length >= 3) return words;
  throw new Error(`it printed no handshake of go-plugin, but "${line.slice(0, SAID_BYTES)}"`);
}

/** Where a plugin listens. @throws Error for one that is not of Botkube's kind, or is not here */
function placeIn([version, network, address = '', protocol]: readonly string[]): ServerPlace {
  if (version !== PROTOCOL_VERSION) throw new Error(`it speaks version ${version} of Botkube's protocol, and ${PROTOCOL_VERSION} is asked for`);
  if (protocol !== 'grpc') throw new Error(`it speaks ${protocol ?? 'netrpc'}, and Botkube's plugins speak grpc`);
  if (network === 'unix') return { path: address };
  const [, host = '', port = ''] = /^\[?([^\]]*)\]?:(\d+)$/.exec(address) ?? [];
  if (network !== 'tcp' || !isLoopbackHost(host)) throw new Error(`it listens at ${network} ${address}, which is no place of this machine`);
  return { host, port: Number(port) };
}

/** Asks a provider of Digital Rebar for its definition: `PROGRAM define` prints it as JSON. */
export async function askDefinition({ file, scratch, patienceMs }: AskedProgram): Promise<Answer> {
  // With this word for a token it prints what is fixed, and asks no server.
  const env = environmentFor(scratch, { RS_TOKEN: 'catalog' });
  const { status, stdout, stderr, over } = await runLimited(file, ['define'], env, { timeoutMs: patienceMs, outputBytes: DEFINITION_BYTES, cwd: scratch });
  if (over) return { why: over === 'time' ? '`define` did not end in time' : '`define` printed too much' };
  const said = oneLine(harmlessLine(stderr.subarray(0, SAID_BYTES).toString()));
  if (status !== 0) return { why: `\`define\` ended with status ${status}${said === '' ? '' : `: ${said}`}` };
  const definition = jsonObject(stdout.toString());
  if (!definition) return { why: '`define` printed no JSON object' };
  // Go reads the names of fields in any case.
  const word = (name: string, within: object = definition): string => {
    const value = Object.entries(within).find(([key]) => key.toLowerCase() === name)?.[1];
    return typeof value === 'string' ? value.trim() : '';
  };
  const meta = Object.entries(definition).find(([key]) => key.toLowerCase() === 'meta')?.[1];
  const about = typeof meta === 'object' && meta !== null ? word('description', meta) || word('title', meta) : '';
  const [heading = ''] = word('documentation').split('\n', 1);
  return { details: { version: word('version'), description: oneLine(about || heading) }, faults: [] };
}

function jsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
