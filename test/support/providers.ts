import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { placeProvider } from '../../src/providers/definition/place-provider.ts';
import { makeProviderFolders } from '../../src/providers/definition/provider-folders.ts';
import { stageProvider } from '../../src/providers/definition/stage-provider.ts';
import { writeInstance } from '../../src/providers/instances/instance.ts';
import { newInstance } from '../../src/providers/instances/new-instance.ts';
import { type ProviderPaths, providerPaths } from '../../src/providers/paths.ts';
import { markedProcesses } from '../../src/providers/supervisor/process-marks.ts';
import { homeKey } from '../../src/providers/supervisor/run-folder.ts';
import type { ServeSettings } from '../../src/providers/supervisor/settings.ts';
import { Supervisor } from '../../src/providers/supervisor/supervisor.ts';
import { PACKAGE } from './sandbox.ts';

/** The provider that the documentation has, in Node. */
export const INCREMENTER = join(PACKAGE, 'examples/incrementer/incrementer');

/** Providers in other languages, by their names. */
export const fixtureProvider = (name: string): string => join(PACKAGE, 'test/fixtures/providers', name);

/** A provider in sh that can be defined, and does what it is told for the rest. @param definition without its name and protocol */
export const definedAs = (name: string, definition: object = {}, rest = 'exit 1'): string =>
  `#!/bin/sh\ncase $1 in\n  define) cat <<'EOF'\n${JSON.stringify({ Name: name, Version: 'v1.0.0', PluginVersion: 4, ...definition })}\nEOF\n  ;;\n  *) ${rest} ;;\nesac\n`;

/**
 * A provider in Node, written against the protocol alone.
 * @param code of `listen`: it may set `on.config`, `on.action` (by command), `on.publish`, `on.stop`, `on.http`, `on.ready`, and call `host(method, path, body)`; what is thrown is the error that is answered
 */
export const nodeProvider = (name: string, definition: object = {}, code = ''): string => `#!/usr/bin/env node
const http = require('node:http');
const { spawn } = require('node:child_process');
const [command, inbound, outbound] = process.argv.slice(2);
const error = (Code, ...Messages) => ({ Model: 'plugin', Key: '${name}', Type: 'plugin', Messages, Code });
const ask = (socketPath, method, path, body, headers = {}) =>
  new Promise((done, fail) => {
    const sent = http.request({ socketPath, method, path, headers: { 'content-type': 'application/json', ...headers } }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => done({ status: response.statusCode, text }));
    });
    sent.on('error', fail);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
const host = (method, path, body) => ask(outbound, method, '/api-server-plugin/v4' + path, body);
const api = (method, path, body, token = process.env.RS_TOKEN) => ask(process.env.RS_LOCAL_PROXY, method, '/api/v3' + path, body, { authorization: 'Bearer ' + token });
const on = {
  config: async () => {}, action: {}, publish: undefined, http: undefined, ready: () => console.log('READY!'),
  stop: async (response) => { response.destroy(); process.exit(0); },
};
if (command === 'define') console.log(JSON.stringify(${JSON.stringify({ Name: name, Version: 'v1.0.0', PluginVersion: 4, ...definition })}));
else if (command === 'unpack') process.exit(0);
else if (command === 'listen') (async () => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  ${code}
  const send = (response, code, value) => { const text = JSON.stringify(value); response.writeHead(code, { 'content-type': 'application/json' }); response.end(text); };
  const server = http.createServer(async (request, response) => {
    if (request.url.startsWith('/plugin-apis/')) return on.http ? on.http(request, response) : send(response, 404, error(404));
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = text === '' ? null : JSON.parse(text);
    try {
      if (request.url === '/api-plugin/v4/config') { await on.config(body); return send(response, 200, { Code: 200 }); }
      if (request.url === '/api-plugin/v4/stop') return await on.stop(response);
      if (request.url === '/api-plugin/v4/publish' && on.publish) { await on.publish(body); return send(response, 200, { Code: 200 }); }
      if (request.url === '/api-plugin/v4/action') {
        const run = on.action[body.Command];
        if (!run) throw error(404, 'Unknown command: ' + body.Command);
        return send(response, 200, (await run(body)) ?? null);
      }
      send(response, 404, error(404, request.url));
    } catch (failed) {
      send(response, failed.Code >= 200 ? failed.Code : 500, failed);
    }
  });
  if (on.upgrade) server.on('upgrade', on.upgrade);
  server.listen(inbound, () => on.ready());
})();
else process.exit(1);
`;

/** Where providers find the libraries of this package, and Node. */
export const LIBRARIES = { PLUGIN_CORE_AVAILABLE_PATH: join(PACKAGE, 'plugins'), TOOL_PACKAGE: PACKAGE, TOOL_NODE: process.execPath };
const QUICK: ServeSettings = { startMs: 10_000, configMs: 10_000, drainMs: 5_000, stopMs: 1_000, healthMs: 15_000, restartMs: 20, actionMs: 20_000 };

/** A supervisor in this process, with a home and sockets of its own. */
export class Supervising implements AsyncDisposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'tool-test-')));
  readonly paths: ProviderPaths = providerPaths(join(this.root, 'home'));
  readonly notes: string[] = [];
  readonly supervisor: Supervisor;

  constructor(settings: Partial<ServeSettings> = {}, env: Record<string, string> = {}) {
    makeProviderFolders(this.paths);
    mkdirSync(join(this.root, 'run'), { mode: 0o700 });
    this.supervisor = new Supervisor({
      paths: this.paths,
      home: join(this.root, 'home'),
      packagePath: PACKAGE,
      version: 'test',
      env: { PATH: process.env.PATH, HOME: this.root, XDG_RUNTIME_DIR: join(this.root, 'run'), ...env },
      settings: { ...QUICK, ...settings },
      onNote: (text) => this.notes.push(text),
    });
  }

  /** Installs a provider: a file, or the text of one, which is then called as `fileName` says. */
  async provider(program: string, mayReplace = false, fileName = 'program'): Promise<void> {
    const file = join(this.root, program.startsWith('/') ? basename(program) : fileName);
    if (program.startsWith('/')) copyFileSync(program, file);
    else writeFileSync(file, program);
    chmodSync(file, 0o755);
    const env = { PATH: process.env.PATH, HOME: this.root, ...LIBRARIES };
    await placeProvider(this.paths, await stageProvider(this.paths, { source: { kind: 'file', place: file }, env }), mayReplace, () => {});
  }

  /** Makes an instance and starts it. @returns its state afterwards */
  async start(name: string, provider: string, params: Record<string, unknown> = {}) {
    writeInstance(this.paths, newInstance(name, provider, params));
    await this.supervisor.known(name).start();
    return this.status(name);
  }

  /** The processes that belong to it. */
  marked(): Promise<number[]> {
    return markedProcesses([`${homeKey(join(this.root, 'home'))}.`]);
  }

  status(name: string) {
    return this.supervisor.known(name).status;
  }

  async [Symbol.asyncDispose]() {
    await this.supervisor.stopAll();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Waits until something is so, looking again and again. @throws after forty seconds, which is long on a machine that is busy, with what it was last */
export async function until<T>(look: () => T | Promise<T>, isSo: (found: T) => boolean, withinMs = 40_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (isSo(found)) return found;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(found)}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
