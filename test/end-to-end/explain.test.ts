import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Explanation } from '../../src/dispatch/explain.ts';
import { Sandbox } from '../support/sandbox.ts';

const RUNS = '#!/bin/sh\necho ran >&2\n';

async function explained(box: Sandbox, argv: readonly string[], env: Record<string, string> = {}): Promise<Explanation> {
  const { stdout, stderr, status } = await box.run(['--explain', '--format', 'json', ...argv], { env });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return JSON.parse(Buffer.from(stdout, 'latin1').toString());
}

test('a hot command: rule, plugin, file, argv, variables, nothing run', async () => {
  using box = Sandbox.prepared();
  box.plugin('greet', { 'subcommands/hi': RUNS });
  expect(await explained(box, ['greet:hi', 'a b', '--quiet'])).toEqual({
    command: 'greet:hi',
    kind: 'file',
    rule: 'what follows the first colon names the subcommand',
    plugin: 'greet',
    core: false,
    file: box.at('plugins/enabled/greet/subcommands/hi'),
    page: false,
    argv: ['greet:hi', 'a b', '--quiet'],
    alias: null,
    front: null,
    variables: { DOKKU_GLOBAL_FLAGS: '--quiet', DOKKU_COMMAND: 'greet:hi', DOKKU_QUIET_OUTPUT: '1' },
    guards: [],
    unseen: null,
    route: 'hot',
    because: [],
    commands: [],
    tried: [],
    warnings: [],
    suggestion: null,
  });
});

test.each([
  [['--app', 'x', 'greet:hi'], {}, ['an --app is given']],
  [['greet:hi'], { TOOL_FAST: '0' }, ['TOOL_FAST is 0']],
  [['apps:list'], { DOKKU_APP_NAME: 'x' }, ['DOKKU_APP_NAME is set for a core plugin']],
  [['greet'], {}, ['the file is subcommands/greet, not subcommands/default']],
  [['--', 'greet:hi'], {}, ['the command stands behind --']],
  [['help'], {}, ['help is answered by tool itself']],
  [['nope'], {}, ['no executable subcommand has this name']],
])('%j with %j takes the Node route and says why', async (argv, env, because) => {
  using box = Sandbox.prepared();
  box.plugin('greet', { 'subcommands/hi': RUNS, 'subcommands/greet': RUNS });
  expect(await explained(box, argv, env)).toMatchObject({ route: 'node', because });
});

test('guards are named, in order, the lone listener is not', async () => {
  using box = Sandbox.prepared();
  box.plugin('greet', { 'subcommands/hi': RUNS });
  for (const name of ['20_events', 'b-guard', 'a-guard']) box.plugin(name, { 'user-auth': RUNS });
  expect((await explained(box, ['greet:hi'])).guards).toEqual(['a-guard', 'b-guard']);
});

test('when nothing matched it tells what was tried and who would be asked', async () => {
  using box = Sandbox.prepared();
  box.plugin('greet', { 'subcommands/hi': RUNS, commands: RUNS });
  const explanation = await explained(box, ['greet:ho']);
  expect(explanation).toMatchObject({ kind: 'commands', file: null, suggestion: 'greet:hi' });
  expect(explanation.tried).toEqual(['subcommands', 'bare'].map((folder) => ({ file: box.at('plugins/enabled/greet', folder, 'ho'), found: 'missing' })));
  expect(explanation.commands).toContain(box.at('plugins/enabled/greet/commands'));
});

test('an alias from tool.toml is used unless a plugin has that name, and a broken tool.toml is one warning', async () => {
  using box = Sandbox.prepared();
  box.plugin('scheduler-greet', { 'subcommands/hi': '#!/bin/sh\nprintf "%s|" "$@"\n' });
  await box.run(['version']);
  writeFileSync(box.at('tool.toml'), '[aliases]\ngreet = "scheduler-greet"\nup = "scheduler-greet:hi"\nbad = "../x"\n');
  expect(await box.run(['greet:hi', 'x'])).toEqual({ stdout: 'scheduler-greet:hi|x|', stderr: '', status: 0, signal: null });
  expect(await box.run(['up', 'x'])).toEqual({ stdout: 'scheduler-greet:hi|x|', stderr: '', status: 0, signal: null });
  expect(await explained(box, ['up', 'x'])).toMatchObject({ alias: 'up → scheduler-greet:hi', argv: ['scheduler-greet:hi', 'x'], route: 'hot', because: [] });
  expect((await box.run(['bad:x'])).stderr).toContain(' !     the alias "bad"');
  box.plugin('greet', { 'subcommands/hi': '#!/bin/sh\necho own\n' });
  expect(await box.run(['greet:hi'])).toMatchObject({ stdout: 'own\n' });
  writeFileSync(box.at('tool.toml'), 'aliases = [\n');
  const broken = await box.run(['up']);
  expect(broken.stderr.split('\n')[0]).toContain(`${box.at('tool.toml')}:`);
  expect(await box.run(['scheduler-greet:hi'])).toMatchObject({ status: 0, stderr: '' });
});

test('for people it is a line a fact', async () => {
  using box = Sandbox.prepared();
  box.plugin('greet', { 'subcommands/hi': RUNS });
  const { stdout } = await box.run(['--explain', 'greet:hi', 'x']);
  expect(stdout).toBe(
    [
      'command:   greet:hi',
      'rule:      what follows the first colon names the subcommand',
      'plugin:    greet',
      `file:      ${box.at('plugins/enabled/greet/subcommands/hi')}`,
      'argv:      "greet:hi" "x"',
      'sets:      DOKKU_COMMAND=greet:hi TOOL_COMMAND=greet:hi',
      'guards:    none',
      'route:     hot: the launcher execs the file itself',
      '',
    ].join('\n'),
  );
  expect(await box.run(['--explain', '--format', 'xml', 'greet:hi'])).toMatchObject({ status: 2, stderr: ' !     --format takes json or text, not "xml"\n' });
});
