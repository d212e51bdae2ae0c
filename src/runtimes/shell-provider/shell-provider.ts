import type { ActionCall, InstanceCall } from '../../sdk/calls.ts';
import { runCommand } from '../../sdk/command-line.ts';
import type { Definition, JsonObject } from '../../sdk/models.ts';
import type { ParamSpecs } from '../../sdk/params.ts';
import { defineProvider, type Provider } from '../../sdk/provider.ts';
import { ProviderError } from '../../sdk/provider-error.ts';
import { textOf } from '../../sdk/request-body.ts';
import { askProgram } from '../../system/child.ts';
import { callScript, type Told } from './call-script.ts';

/** What is told of every call. */
const about = ({ instance, config }: InstanceCall<unknown>): Told => [['instance', '', instance], ...fields('config', config)];
/** A name that is empty can be none of an array in bash. */
const fields = (kind: string, object: unknown): Told =>
  Object.entries((object ?? {}) as JsonObject).flatMap(([name, value]) => (name === '' ? [] : [[kind, name, value] as const]));

/**
 * A provider that is a script which sources plugins/common/provider-functions: it says what it is by `define`, and is started for each call.
 * @throws Error where it does not say what it is
 */
export function shellProvider(script: string): Provider<ParamSpecs, JsonObject> {
  // Its own check was made when it was installed.
  const { status, stdout, stderr } = askProgram(script, ['define'], { env: { ...process.env, RS_TOKEN: 'catalog' } });
  if (status !== 0) throw new Error(`define failed with status ${status}: ${stderr.trim()}`);
  const definition = JSON.parse(stdout) as Definition;
  const { Name: name, Version: version, RequiredParams: required, OptionalParams: optional, Content: content } = definition;
  const provider = defineProvider({ name, version, params: paramsIn(content), required, optional, content }) as unknown as Provider<ParamSpecs, JsonObject>;
  provider.onConfig(async (call) => void (await callScript(script, ['config'], about(call), call)));
  for (const { Command, Model, RequiredParams, OptionalParams } of definition.AvailableActions)
    provider.onAction(Command, { model: Model, required: RequiredParams, optional: OptionalParams }, (call) =>
      act(script, Command, call as ActionCall<JsonObject, JsonObject>),
    );
  if (definition.HasPublish)
    provider.onPublish(
      ['*.*.*'],
      async (call) => void (await callScript(script, ['publish'], [...about(call), ...fields('event', call.event), ['json', '', call.event]], call)),
    );
  provider.onRequest('*', '/*', async (call) => {
    const { request, path, url } = call;
    const told: Told = [...fields('request', { method: request.method, path, query: url.search.slice(1), body: await textOf(request) }), ...about(call)];
    return callScript(script, ['request'], told, call);
  });
  const nobody = { publish: async () => {}, leaving: async () => {} };
  provider.onStop(async ({ log }) => void (await callScript(script, ['stop'], [], { log, ...nobody })));
  return provider;
}

const act = (script: string, command: string, call: ActionCall<JsonObject, JsonObject>): Promise<unknown> =>
  callScript(
    script,
    ['action', command],
    [...about(call), ...fields('params', call.params), ...fields('model', call.model), ['json', '', call.action]],
    call,
    call.signal,
  );

/** The parameters of a content that provider-functions wrote, for their defaults and for which are secret; of another only the host knows. */
function paramsIn(content: string): ParamSpecs {
  try {
    const { sections } = JSON.parse(content) as { sections: { params: Record<string, { Secure: boolean; Schema: JsonObject }> } };
    return Object.fromEntries(Object.entries(sections.params).map(([name, { Secure, Schema }]) => [name, { ...Schema, secure: Secure }]));
  } catch {
    return {};
  }
}

/**
 * Serves an instance of a script.
 * @param argv the script, and the two sockets
 * @returns the exit status; undefined where it is served
 */
export async function serveScript([script, ...sockets]: readonly string[]): Promise<number | undefined> {
  if (script === undefined) throw new ProviderError('no script is named');
  return runCommand(shellProvider(script), ['listen', ...sockets]);
}
