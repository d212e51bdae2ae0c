import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PluginClient } from '../../src/providers/supervisor/plugin-client.ts';

test('neither an answer nor a question that cannot be read ends more than itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'client-'));
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(500);
    response.end('{"Code": 500, "Messages": [{"toString": 1, "valueOf": 1}]}');
  });
  const client = new PluginClient(join(folder, 'a.sock'));
  try {
    await once(server.listen(join(folder, 'a.sock')), 'listening');
    expect(await client.ask('publish', {}, 5000)).toMatchObject({ kind: 'broken' });
    const deep: unknown = JSON.parse(`${'['.repeat(1e6)}${']'.repeat(1e6)}`);
    expect(await client.ask('publish', { Object: deep }, 5000)).toMatchObject({ kind: 'broken' });
  } finally {
    client.close();
    server.close();
    rmSync(folder, { recursive: true });
  }
});
