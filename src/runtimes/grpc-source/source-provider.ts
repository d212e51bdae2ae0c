import { yamlOf } from '../../config/yaml-text.ts';
import type { InstanceCall } from '../../sdk/calls.ts';
import { runCommand } from '../../sdk/command-line.ts';
import type { JsonObject } from '../../sdk/models.ts';
import type { ParamSpecs } from '../../sdk/params.ts';
import { defineProvider, type Provider } from '../../sdk/provider.ts';
import { ProviderError } from '../../sdk/provider-error.ts';
import { bytesOf } from '../../sdk/request-body.ts';
import { askMetadata } from '../grpc/ask-metadata.ts';
import { kubeConfigOf } from '../grpc/kube-config.ts';
import type { LoggedLine } from '../grpc/log-lines.ts';
import { type EventObject, objectOf, publishEvent } from './publish-event.ts';
import { RunningSource } from './running-source.ts';
import { SourceFailure } from './source-failure.ts';
import type { StreamRequest } from './source-messages.ts';
import { CLUSTER_NAME, PAYLOAD, specOfSource } from './source-spec.ts';

type Call = InstanceCall<JsonObject>;
type SourceProvider = Provider<ParamSpecs, JsonObject>;

const ACTION = 'external-request';
/** The host waits for 10 seconds. */
const DEFINE_MS = 8000;
/** Likewise, for a minute: so that it is told what is wrong. */
const START_MS = 50_000;
/** The address of a host whose API port is open; one without a port leads nowhere. */
const OPEN_PORT = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\]):\d+$/;

/**
 * Runs one command of the provider that speaks for a source.
 * @param argv what the provider is called, the program of the source, and the words of the protocol
 * @returns the exit status; undefined for `listen`, which goes on
 * @throws Error where the source does not say what it is
 */
export async function runSourceProvider([name = '', program = '', ...words]: readonly string[]): Promise<number | undefined> {
  const isAsked = words[0] === 'define' || words[0] === 'version';
  return runCommand(isAsked ? await describedProvider(name, program) : servingProvider(name, program), words);
}

/** The provider as the source describes itself. */
async function describedProvider(name: string, program: string): Promise<SourceProvider> {
  const answer = await askMetadata({ file: program, type: 'source', cwd: process.cwd(), env: sourceEnvironment(), patienceMs: DEFINE_MS });
  if (answer.details === undefined) {
    const isExecutor = answer.why.includes('UNIMPLEMENTED');
    throw new Error(isExecutor ? `${name} is no source of Botkube: an executor is installed as a plugin` : `${name}: ${answer.why}`);
  }
  const warn = (text: string): void => void process.stderr.write(`${name}: ${text}\n`);
  for (const fault of answer.faults) warn(fault);
  const { spec, takesRequests } = specOfSource(name, answer.details, warn);
  const provider = defineProvider(spec) as unknown as SourceProvider;
  if (takesRequests) provider.onAction(ACTION, { required: [PAYLOAD] }, () => undefined);
  return provider;
}

/** The provider as it serves an instance: with its parameters as they were given, without the defaults of a schema, as the source has its own. */
function servingProvider(name: string, program: string): SourceProvider {
  let running: RunningSource | undefined;
  const take = async (payload: Uint8Array, call: Call, signal: AbortSignal): Promise<EventObject> => {
    if (running === undefined) throw new ProviderError('the source does not run', { code: 503 });
    const event = objectOf(await running.take(payload, signal).catch(refuse));
    await publishEvent(call, event);
    return event;
  };
  const provider = defineProvider({ name, version: '' }) as unknown as SourceProvider;
  return provider
    .onConfig(async (call) => {
      await running?.end();
      running = undefined;
      const start = { name: call.instance, file: program, env: sourceEnvironment(), startMs: START_MS, request: requestFor(call) };
      running = await RunningSource.start(start, {
        onLine: (line) => logLine(call, line),
        onNoise: (line) => call.log.warn(`it printed a line in front of its handshake, for which Botkube would refuse it: ${line}`),
        onEvent: (event) => publishEvent(call, objectOf(event)),
        onOver: (why) => void fail(why, running),
      }).catch(refuse);
    })
    .onAction(ACTION, { required: [PAYLOAD] }, async (call) => take(Buffer.from(JSON.stringify(call.params[PAYLOAD])), call, call.signal))
    .onRequest('POST', '/*', async (call) => {
      const gone = new AbortController();
      call.response.once('close', () => gone.abort());
      await take(await bytesOf(call.request), call, gone.signal);
      // As Botkube answers.
      return { success: true };
    })
    .onStop(async () => running?.end());
}

/** What a source gives up with, for the host. @throws ProviderError */
function refuse(error: unknown): never {
  throw error instanceof SourceFailure ? new ProviderError(error.message, { code: error.code, type: '', cause: error }) : error;
}

/** Ends the process, for the host to start it again: the reason is its last word. */
async function fail(why: Error, running: RunningSource | undefined): Promise<void> {
  process.stderr.write(`${why.message}\n`);
  await running?.end();
  process.exit(1);
}

function requestFor({ instance, config, log }: Call): StreamRequest {
  const { [CLUSTER_NAME]: clusterName = '', ...own } = config;
  const { RS_ENDPOINT: endpoint = '' } = process.env;
  const webhookBase = OPEN_PORT.test(endpoint) ? `${endpoint}/plugin-apis` : '';
  return {
    config: yamlOf(own),
    context: { clusterName: String(clusterName), sourceName: instance, webhookBase, webhook: webhookBase === '' ? '' : `${webhookBase}/${instance}` },
    kubeConfig: kubeConfigOf(process.env, log.warn),
  };
}

/** The environment of a source: ours without what is for providers. */
const sourceEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RS_|TOOL_(NODE|PACKAGE)$|PLUGIN_CORE_)/.test(name)));

function logLine({ log }: Call, { level, text }: LoggedLine): void {
  // What is no line of a log is a trace of a panic, say.
  if (text !== '') log[level ?? 'warn'](text);
}
