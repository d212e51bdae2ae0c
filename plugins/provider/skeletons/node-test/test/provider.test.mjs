// Runs the provider that was built as a host does: by two sockets, one that it listens on and one of the host's.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const PROGRAM = join(import.meta.dirname, '../dist/sample-provider');

test('it says what it is', () => {
  const definition = JSON.parse(execFileSync(PROGRAM, ['define'], { encoding: 'utf8' }));
  assert.equal(definition.Name, 'sample-provider');
  assert.match(definition.Version, /^v\d/);
  assert.deepEqual(
    definition.AvailableActions.map(({ Command }) => Command),
    ['greet'],
  );
});

test('it greets', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'provider-'));
  const [inbound, outbound] = [join(directory, 'i'), join(directory, 'o')];
  const host = createServer((_, response) => response.writeHead(204).end()).listen(outbound);
  const provider = spawn(PROGRAM, ['listen', inbound, outbound], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => {
    provider.kill('SIGKILL');
    host.close();
    host.closeAllConnections();
    rmSync(directory, { recursive: true });
  });
  const [ready] = await once(provider.stdout, 'data');
  assert.equal(String(ready), 'READY!\n');

  const call = async (name, body) => {
    const sent = request({ socketPath: inbound, method: 'POST', path: `/api-plugin/v4/${name}`, headers: { 'Content-Type': 'application/json' } });
    sent.end(JSON.stringify(body));
    const [response] = await once(sent, 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    return { status: response.statusCode, body: JSON.parse(text) };
  };
  assert.equal((await call('config', { Name: 'mine' })).status, 200);
  assert.deepEqual(await call('action', { Command: 'greet', Model: { Name: 'web' }, Params: {} }), { status: 200, body: 'Hello, web' });
  assert.equal((await call('action', { Command: 'nope' })).status, 404);
  assert.equal((await call('config', { Name: 'mine', 'sample-provider/greeting': 'Bye' })).status, 200);
  assert.deepEqual((await call('action', { Command: 'greet', Model: { Name: 'web' }, Params: {} })).body, 'Bye, web');
  await call('stop', {});
  assert.deepEqual(await once(provider, 'exit'), [0, null]);
});
