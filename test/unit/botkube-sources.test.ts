import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { programOfStub, sourceStub } from '../../src/plugins/botkube/source-stub.ts';
import { keptProgram } from '../../src/providers/definition/brought-program.ts';
import { CallFailure } from '../../src/runtimes/grpc/failures.ts';
import type { PluginMetadata } from '../../src/runtimes/grpc/metadata.ts';
import { Message } from '../../src/runtimes/grpc/protobuf.ts';
import { objectOf, publishEvent } from '../../src/runtimes/grpc-source/publish-event.ts';
import { refusedBy } from '../../src/runtimes/grpc-source/source-failure.ts';
import { decodeEvent, encodeStream, type SourceEvent } from '../../src/runtimes/grpc-source/source-messages.ts';
import { specOfSource } from '../../src/runtimes/grpc-source/source-spec.ts';
import type { InstanceCall } from '../../src/sdk/calls.ts';
import { ProviderError } from '../../src/sdk/provider-error.ts';
import { sourceProgram } from '../support/botkube-source.ts';

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'tool-test-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
};

const metadata = (schema?: object | string, more: Partial<PluginMetadata> = {}): PluginMetadata => ({
  version: 'v1.0.0',
  description: 'Watches',
  documentation: undefined,
  recommended: false,
  schema: schema === undefined ? undefined : { value: typeof schema === 'string' ? schema : JSON.stringify(schema) },
  requestSchema: undefined,
  programs: undefined,
  ...more,
});

test('what a schema has at the top are parameters, with the definitions that they refer to', () => {
  const $schema = 'http://json-schema.org/draft-07/schema#';
  const definitions = { port: { type: 'integer' } };
  const properties = {
    url: { type: 'string', title: 'Where', default: 'here' },
    port: { $ref: '#/definitions/port' },
    other: { type: 'object', properties: { self: { $ref: '#/properties/url' } } },
    login: { type: 'object', description: 'Who', properties: { pass: { type: 'string', writeOnly: true } } },
    Name: { type: 'string' },
    'botkube/payload': { type: 'string' },
    '-x': {},
  };
  const { spec, takesRequests } = specOfSource('watch', metadata({ $schema, definitions, properties, required: ['url', 'Name'] }), () => {});
  expect(takesRequests).toBe(false);
  expect(spec).toMatchObject({ name: 'watch', version: 'v1.0.0', required: ['url'], optional: ['port', 'other', 'login', 'botkube/cluster-name'] });
  expect(spec.params).toEqual({
    url: { $schema, definitions, type: 'string', default: 'here', description: 'Where', secure: false },
    port: { $schema, definitions, $ref: '#/definitions/port', description: '', secure: false },
    other: { description: '', secure: false },
    login: { $schema, definitions, ...properties.login, secure: true },
    'botkube/cluster-name': { type: 'string', description: 'What the source is told that the cluster is called' },
  });
});

test('without a schema any parameter is taken, and one that is none is told of', () => {
  const warned: string[] = [];
  const programs = new Map([['kubectl', new Map()]]);
  const { spec } = specOfSource('watch', metadata('[]', { documentation: 'https://x.example.org', programs }), (text) => warned.push(text));
  expect([spec.required, spec.optional]).toEqual([[], ['botkube/cluster-name']]);
  expect(spec.documentation).toBe('Watches\n\nDocumentation: https://x.example.org\n\nPrograms that it needs: kubectl');
  expect(warned).toEqual(['the schema of its configuration is no JSON object, so nothing is checked by it']);
  expect(specOfSource('watch', metadata(undefined, { requestSchema: { value: '{"type": "object"}' } }), () => {})).toMatchObject({
    takesRequests: true,
    spec: { params: { 'botkube/payload': { type: 'object' } } },
  });
});

test('what Botkube’s own code reads without a look is in a request, though it is empty', () => {
  const context = { clusterName: '', sourceName: 'tick', webhookBase: '', webhook: '' };
  const request = new Message(encodeStream({ config: 'a: 1\n', context, kubeConfig: undefined }));
  const told = request.message(3)?.message(1);
  expect([request.message(1)?.text(1), told?.text(3), told?.message(4)?.text(1)]).toEqual(['a: 1\n', 'tick', '']);
});

test('an event is taken apart, and has its message as text', () => {
  const json = '{"Message":{"sections":[{"header":"Down","body":{"codeBlock":"web"}}]},"RawObject":{"kind":"Pod"}}';
  const event = decodeEvent(Buffer.concat([Buffer.from([0x0a, json.length]), Buffer.from(json)]));
  expect(objectOf(event)).toEqual({ Text: 'Down\nweb', Message: expect.anything(), RawObject: { kind: 'Pod' }, AnalyticsLabels: null });
  expect(objectOf(decodeEvent(Buffer.alloc(0)))).toEqual({ Text: '', Message: null, RawObject: null, AnalyticsLabels: null });
  expect(() => decodeEvent(Buffer.from([0x0a, 1, 0x31]))).toThrow('it is no object');
});

test.each<[status: number, code: number, message: string]>([
  [2, 500, 'tick: broken'],
  [3, 400, 'tick: broken (INVALID_ARGUMENT)'],
  [7, 403, 'tick: broken (PERMISSION_DENIED)'],
  [8, 503, 'tick: broken (RESOURCE_EXHAUSTED)'],
  [12, 501, 'tick: broken (UNIMPLEMENTED)'],
])('a refusal with the status %d of gRPC is %d', (status, code, message) => {
  expect(refusedBy('tick', new CallFailure(status, 'broken'))).toMatchObject({ code, message });
});

/** Has an event published to a host that answers with these statuses. @returns what was asked and logged */
async function published(event: SourceEvent, ...statuses: number[]) {
  const heard: unknown[] = [];
  const logged: string[] = [];
  const write = (text: string): void => void logged.push(text);
  const log = { trace: write, debug: write, info: write, warn: write, error: write };
  const publish = async (...told: unknown[]): Promise<void> => {
    heard.push(told);
    const status = statuses.shift() ?? 200;
    if (status >= 400) throw new ProviderError(`refused with ${status}`, { code: 500, cause: { status } });
  };
  await publishEvent({ instance: 'tick', publish, log } as unknown as InstanceCall<unknown>, objectOf(event));
  return { heard, logged };
}

test('a host that takes no more for now is asked again; what it refuses for good is left out, and its own faults end it', async () => {
  const event = { Message: null, RawObject: 1, AnalyticsLabels: null };
  const asked = ['sources', 'message', 'tick', { Text: '', ...event }];
  expect(await published(event, 429, 503)).toEqual({
    heard: [asked, asked, asked],
    logged: ['the host takes no more events for now: the source waits', 'an event was taken that had been refused 2 times'],
  });
  expect(await published(event, 400)).toEqual({ heard: [asked], logged: ['an event is left out: refused with 400'] });
  await expect(published(event, 500)).rejects.toThrow('refused with 500');
  let deep: unknown = [];
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  expect(await published({ ...event, RawObject: deep })).toEqual({ heard: [], logged: ['an event is left out, as it is nested too deeply'] });
});

test('a stub names its program, be it ours or written by hand', () => {
  const root = folder();
  const file = join(root, 'provider');
  const named = (text: string): string | undefined => {
    writeFileSync(file, text);
    return programOfStub(file);
  };
  expect(named(sourceStub({ program: "program/it's a" }))).toBe(join(root, "program/it's a"));
  expect(named(sourceStub({ program: 'x.botkube', name: 'x' }))).toBe(join(root, 'x.botkube'));
  expect(named('#!/bin/sh\ntool_source_name=a tool_source_program=program/kc\n. "$TOOL_PACKAGE/libexec/source"\n')).toBe(join(root, 'program/kc'));
  expect(named('#!/bin/sh\ntool_source_program="$x"\n. "$TOOL_PACKAGE/libexec/source"\n')).toBeUndefined();
  expect(named('#!/bin/sh\ntool_source_program=program/kc\n')).toBeUndefined();
});

test.each([
  ['source_ticker_linux_amd64', 'ticker'],
  ['source_my_ticker_darwin_arm64', 'my_ticker'],
  ['ticker', 'ticker'],
])('the provider of %s is called %s', (fileName, name) => {
  const root = folder();
  writeFileSync(join(root, fileName), sourceProgram());
  chmodSync(join(root, fileName), 0o700);
  expect(keptProgram(join(root, fileName))).toEqual({ started: join(root, name), source: join(root, `${name}.botkube`) });
  expect(programOfStub(join(root, name))).toBe(join(root, `${name}.botkube`));
});
