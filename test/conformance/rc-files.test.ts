import { chmodSync, mkdirSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { type RunOptions, Sandbox } from '../support/sandbox.ts';
import { asOrdinaryUser } from '../support/unprivileged.ts';

const needing = testNeeding('bash');

/** A home with rc files, named from its root, and a plugin that prints the variables it is asked for. */
function homeWith(files: Record<string, string>): Sandbox {
  const box = new Sandbox();
  box.plugin('show', { 'subcommands/vars': '#!/bin/sh\nshift\nfor name; do eval "printf \'%s=%s\\n\' $name \\"\\${$name-unset}\\""; done\n' });
  for (const [path, text] of Object.entries(files)) box.file(`sandbox/home/root/${path}`, text);
  return box;
}

/** The variables as the plugin sees them, on both routes. */
async function seen(box: Sandbox, names: readonly string[], options: RunOptions = {}): Promise<Record<string, string>> {
  const argv = ['show:vars', ...names];
  const [hot, node] = await Promise.all([box.run(argv, options), box.run(argv, { ...options, env: { ...options.env, TOOL_FAST: '0' } })]);
  expect(node).toEqual(hot);
  expect({ stderr: hot.stderr, status: hot.status }).toEqual({ stderr: '', status: 0 });
  return Object.fromEntries(
    hot.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

describe.concurrent('rc files', () => {
  needing('win over defaults, exported or not, and reach the twin', async () => {
    using box = homeWith({ dokkurc: 'export DOKKU_IMAGE=mine\nDOKKU_CNB_BUILDER="not exported"\n' });
    expect(await seen(box, ['DOKKU_IMAGE', 'TOOL_IMAGE', 'DOKKU_CNB_BUILDER', 'TOOL_CNB_BUILDER'])).toEqual({
      DOKKU_IMAGE: 'mine',
      TOOL_IMAGE: 'mine',
      DOKKU_CNB_BUILDER: 'not exported',
      TOOL_CNB_BUILDER: 'not exported',
    });
  });

  needing('win over the caller, and are bash', async () => {
    using box = homeWith({ dokkurc: 'names=(a b "c d")\n[[ ${names[2]} == "c d" ]] && export DOKKU_IMAGE="${names[2]}" OWN=1\n' });
    const vars = await seen(box, ['DOKKU_IMAGE', 'TOOL_IMAGE', 'OWN', 'names'], { env: { DOKKU_IMAGE: 'caller', OWN: 'caller' } });
    expect(vars).toEqual({ DOKKU_IMAGE: 'c d', TOOL_IMAGE: 'c d', OWN: '1', names: 'unset' });
  });

  needing('cannot change what is always set, and alone can change DOCKER_BIN', async () => {
    using box = homeWith({ dokkurc: 'export DOKKU_API_VERSION=9 DOKKU_LIB_ROOT=/nowhere DOCKER_BIN=podman\n' });
    expect(await seen(box, ['DOKKU_API_VERSION', 'DOKKU_LIB_ROOT', 'DOCKER_BIN'], { env: { DOCKER_BIN: 'caller' } })).toEqual({
      DOKKU_API_VERSION: '1',
      DOKKU_LIB_ROOT: box.home,
      DOCKER_BIN: 'podman',
    });
  });

  needing('are read in order: dokkurc, then .dokkurc/* but hidden ones', async () => {
    using box = homeWith({
      dokkurc: 'ORDER=first\n',
      '.dokkurc/10-b': 'ORDER="$ORDER 10-b"\n',
      '.dokkurc/B': 'ORDER="$ORDER B"\n',
      '.dokkurc/.hidden': 'ORDER="$ORDER hidden"\n',
      '.dokkurc/a name': 'export ORDER="$ORDER a name"\n',
    });
    expect(await seen(box, ['ORDER'], { env: { LC_ALL: 'C' } })).toEqual({ ORDER: 'first 10-b B a name' });
  });

  needing('switch events and trace on', async () => {
    using box = homeWith({ '.dokkurc/DOKKU_EVENTS': 'export DOKKU_EVENTS=1\n', '.dokkurc/DOKKU_TRACE': 'export DOKKU_TRACE=1\n' });
    expect(await seen(box, ['DOKKU_EVENTS', 'TOOL_EVENTS', 'DOKKU_TRACE', 'TOOL_TRACE'])).toEqual({
      DOKKU_EVENTS: '1',
      TOOL_EVENTS: '1',
      DOKKU_TRACE: '1',
      TOOL_TRACE: '1',
    });
  });

  needing('are found under the root that the caller names', async () => {
    using box = homeWith({});
    box.file('elsewhere/dokkurc', 'export OWN=elsewhere\n');
    expect(await seen(box, ['OWN', 'DOKKU_ROOT'], { env: { DOKKU_ROOT: `${box.root}/elsewhere` } })).toEqual({
      OWN: 'elsewhere',
      DOKKU_ROOT: `${box.root}/elsewhere`,
    });
  });

  needing('a directory named dokkurc, and an empty .dokkurc, are no rc files', async () => {
    using box = homeWith({});
    mkdirSync(box.at('root/dokkurc'), { recursive: true });
    mkdirSync(box.at('root/.dokkurc'));
    expect(await seen(box, ['DOKKU_API_VERSION'])).toEqual({ DOKKU_API_VERSION: '1' });
  });

  needing('leave nothing of the launcher’s in the environment', async () => {
    using box = homeWith({ dokkurc: 'true\n' });
    box.plugin('env', { 'subcommands/names': '#!/bin/sh\nenv | grep -c "^tool_\\|^TOOL_CALLER\\|^file="\n' });
    for (const env of [{}, { TOOL_FAST: '0' }]) expect(await box.run(['env:names'], { env })).toMatchObject({ stdout: '0\n', stderr: '' });
  });

  needing('that ends the shell ends the command', async () => {
    using box = homeWith({ dokkurc: 'exit 5\n' });
    expect(await box.run(['show:vars'])).toEqual({ stdout: '', stderr: '', status: 5, signal: null });
  });

  for (const path of ['dokkurc', '.dokkurc/shut']) {
    needing(`${path}, unreadable, is named and ends the command`, async () => {
      using box = homeWith({ [path]: 'export DOKKU_IMAGE=mine\n' });
      const options = asOrdinaryUser(box);
      chmodSync(box.at('root', path), 0o000);
      const expected = { stdout: '', stderr: `Unable to read ${box.at('root', path)} for sourcing\n`, status: 1, signal: null };
      expect(await box.run(['show:vars', 'DOKKU_IMAGE'], options)).toEqual(expected);
      expect(await box.run(['version'], options)).toEqual(expected);
    });
  }
});
