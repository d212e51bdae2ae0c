import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

test('a plugin installed from a directory answers at once', async () => {
  using box = new Sandbox();
  const installed = await box.run(['plugin:install', join(PACKAGE, 'examples/hello')]);
  expect(installed).toEqual({
    stdout: `-----> Installing plugin hello from ${PACKAGE}/examples/hello\n       hello is ready: try tool hello:world APP\n-----> Plugin hello enabled\n`,
    stderr: '',
    status: 0,
    signal: null,
  });
  expect(await box.run(['apps:create', 'app'])).toMatchObject({ stdout: '-----> Creating app...\n', status: 0 });
  expect(await box.run(['hello:world', 'app'])).toEqual({ stdout: 'Hello world\n', stderr: '', status: 0, signal: null });
});
