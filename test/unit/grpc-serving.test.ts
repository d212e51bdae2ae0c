import { expect, test } from 'vitest';
import type { Connection } from '../../src/runtimes/grpc/connection.ts';
import type { PluginProcess } from '../../src/runtimes/grpc/plugin-process.ts';
import { listenToOutput, untilServing } from '../../src/runtimes/grpc/serving.ts';

/** A number without an end. */
const NO_MESSAGE = Buffer.from([0xff]);
const connection: Connection = {
  call: async () => NO_MESSAGE,
  listen: (_method, _request, onMessage) => onMessage(NO_MESSAGE),
  stream: () => ({ messages: (async function* () {})(), cancel: () => {} }),
  close: () => {},
};

test('a plugin that answers with what is no message does not serve, and its output is passed over', async () => {
  const plugin = { lastWords: () => '' } as PluginProcess;
  await expect(untilServing('demo', connection, plugin, 1000, new AbortController().signal)).rejects.toMatchObject({ code: 'executor-not-started' });
  const lines: string[] = [];
  listenToOutput(connection, (line) => lines.push(line))();
  expect(lines).toEqual([]);
});
