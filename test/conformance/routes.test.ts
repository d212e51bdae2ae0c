import { afterAll, describe, expect, test } from 'vitest';
import type { Explanation } from '../../src/dispatch/explain.ts';
import { runEveryWay, runOneWay, watchNode } from '../support/routes.ts';
import { Sandbox } from '../support/sandbox.ts';

const box = new Sandbox();
box.plugin('p', {
  'subcommands/same': '#!/bin/sh\nprintf "%s|" "$@"\n',
  'subcommands/differs': '#!/bin/sh\nprintf "%s" "${TOOL_FAST:-unset}"\n',
  'subcommands/default': '#!/bin/sh\necho default\n',
});
await watchNode(box);
afterAll(() => box[Symbol.dispose]());

describe('the rig tells the routes apart', () => {
  test.each([
    ['hot', {}],
    ['node', { TOOL_FAST: '0' }],
  ])('the %s route is what --explain says, and whether Node started bears it out', async (route, env) => {
    const { stdout } = await box.run(['--explain', '--format', 'json', 'p:same'], { env });
    expect((JSON.parse(stdout) as Explanation).route).toBe(route);
    expect(await runOneWay(box, route as 'hot' | 'node', { argv: ['p:same', 'x'] })).toMatchObject({ stdout: 'p:same|x|', stderr: '', status: 0 });
  });

  test('a hot run that needed Node fails the case', async () => {
    await expect(runOneWay(box, 'hot', { argv: ['p:same'], env: { TOOL_FAST: '0' } })).rejects.toThrow('nodeDecided');
    await expect(runOneWay(box, 'hot', { argv: ['p:none'] })).rejects.toThrow('nodeDecided');
  });

  test('a plugin that can tell the routes apart fails the case', async () => {
    await expect(runEveryWay(box, { argv: ['p:differs'] })).rejects.toThrow('to deeply equal');
    await expect(runEveryWay(box, { argv: ['p:same'] })).resolves.toMatchObject({ stdout: 'p:same|', status: 0 });
  });
});
