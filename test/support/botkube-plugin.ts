/** What a plugin made for Botkube says of itself. */
export interface Metadata {
  readonly version?: string;
  readonly description?: string;
  readonly schema?: string;
  readonly schemaUrl?: string;
  readonly documentation?: string;
  readonly recommended?: boolean;
  /** By name, then by platform. */
  readonly dependencies?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of a source alone: the schema of its webhook. */
  readonly requestSchema?: string;
}

export interface PluginBehaviour {
  readonly network?: 'unix' | 'tcp';
  /** The line in place of go-plugin's own, in which ADDRESS stands for where it listens. */
  readonly handshake?: string;
  readonly grpcStatus?: number;
  /** What it answers in place of its metadata. */
  readonly body?: string;
}

/** Bytes of protocol buffers, put together as the encoding guide says, apart from how src reads them. */
const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]);
const field = (number: number, value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  return bytes.length === 0 ? bytes : Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
};
const flag = (number: number, value: boolean): Buffer => Buffer.from(value ? [...varint(number * 8), 1] : []);
const entry = (number: number, key: string, value: string | Buffer): Buffer => field(number, Buffer.concat([field(1, key), field(2, value)]));

function message(type: 'executor' | 'source', { version = '', description = '', schema = '', schemaUrl = '', documentation = '', ...rest }: Metadata): Buffer {
  const { recommended = false, dependencies = {}, requestSchema = '' } = rest;
  const isSource = type === 'source';
  const needed = Object.entries(dependencies).map(([name, urls]) =>
    entry(4, name, Buffer.concat(Object.entries(urls).map(([key, url]) => entry(1, key, url)))),
  );
  return Buffer.concat([
    field(1, version),
    field(2, description),
    field(3, Buffer.concat([field(1, schema), field(2, schemaUrl)])),
    ...needed,
    ...(isSource ? [field(5, field(1, field(1, field(1, requestSchema))))] : []),
    field(isSource ? 6 : 5, documentation),
    flag(isSource ? 7 : 6, recommended),
  ]);
}

/** A program that serves gRPC as go-plugin does, over a UNIX socket or a port of this machine: what is asked of it first is its cookie. */
export function botkubePlugin(type: 'executor' | 'source', metadata: Metadata, behaviour: PluginBehaviour = {}): string {
  const { network = 'unix', handshake = `1|3|${network}|ADDRESS|grpc|`, grpcStatus = 0, body } = behaviour;
  const bytes = body === undefined ? message(type, metadata) : Buffer.from(body);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(bytes.length, 1);
  const service = type === 'executor' ? 'executor.Executor' : 'source.Source';
  return `#!/usr/bin/env node
const { createServer } = require('node:http2');
const { join } = require('node:path');
const { tmpdir } = require('node:os');
if (process.env.BOTKUBE !== '52ca7b74-28eb-4fac-ae79-31a9cbda2454') {
  console.error('This binary is a plugin. These are not meant to be executed directly.');
  process.exit(1);
}
if (process.env.PLUGIN_PROTOCOL_VERSIONS !== '3') process.exit(3);
if (process.env.CI_TOKEN) process.exit(4);
console.error('a line of its log');
const server = createServer();
server.on('stream', (stream, headers) => {
  const known = headers[':path'] === '/${service}/Metadata' && headers['content-type'] === 'application/grpc' && headers.te === 'trailers';
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': known ? '${grpcStatus}' : '12', 'grpc-message': known ? 'no%20idea' : 'unknown%20method' }));
  stream.end(Buffer.from('${Buffer.concat([prefix, bytes]).toString('base64')}', 'base64'));
});
const socket = join(process.env.PLUGIN_UNIX_SOCKET_DIR || tmpdir(), 'plugin' + process.pid);
server.listen(${network === 'unix' ? 'socket' : "0, '127.0.0.1'"}, () => {
  const address = ${network === 'unix' ? 'socket' : "'127.0.0.1:' + server.address().port"};
  console.log(${JSON.stringify(handshake)}.replace('ADDRESS', address));
});
`;
}
