import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { nodeDecided, watchNode } from '../support/routes.ts';
import { type Bytes, ending, Sandbox, SHELLS, type ShellName } from '../support/sandbox.ts';

const ARGUMENTS = '#!/bin/sh\n[ $# = 0 ] || printf "[%s]" "$@"\nprintf "(%s)" "$DOKKU_COMMAND"\n';

const box = new Sandbox();
box.plugin('team', {
  'plugin.toml': '[plugin]\ndescription = "ours"\nversion = "1"\n[plugin.config]\n',
  'bare/default': ARGUMENTS,
  'bare/deploy': `#!/bin/sh\n# Summary: Deploy it\n${ARGUMENTS.slice('#!/bin/sh\n'.length)}`,
  'bare/db:dump': ARGUMENTS,
  'bare/both': '#!/bin/sh\necho bare\n',
  'subcommands/both': '#!/bin/sh\necho with the word\n',
  'bare/fails': '#!/bin/sh\nexit 10\n',
  'bare/plain': '#!/bin/sh\n',
});
chmodSync(box.at('plugins/enabled/team/bare/plain'), 0o644);
// Another tool's command, as it is.
symlinkSync('/bin/echo', box.at('plugins/enabled/team/bare/echo'));
await watchNode(box);
afterAll(() => box[Symbol.dispose]());

/** A call on both routes: what came of it must be the same, and the hot one must have been hot. */
async function bothWays(argv: readonly Bytes[], env: Readonly<Record<string, string>> = {}) {
  const hot = box.start(argv, { env });
  const result = await ending(hot);
  expect(nodeDecided(box, hot.pid ?? 0), 'Node was started').toBe(false);
  expect(await box.run(argv, { env: { ...env, TOOL_FAST: '0' } })).toEqual(result);
  return result;
}

describe('a command in bare/ gets its own arguments alone, on both routes', () => {
  test.each([
    [['team:deploy'], '(team:deploy)'],
    [['team:deploy', 'web', '--force', ''], '[web][--force][](team:deploy)'],
    [['team'], '(team)'],
    [['team', 'a b', '*'], '[a b][*](team)'],
    [['team:default', 'x'], '[x](team:default)'],
    [['team:db:dump', 'team:db:dump'], '[team:db:dump](team:db:dump)'],
    [['--quiet', 'team:deploy', 'x'], '[x](team:deploy)'],
    [['team:deploy', '--', '--app', 'x'], '[--][--app][x](team:deploy)'],
  ])('%j', async (argv, stdout) => {
    expect(await bothWays(argv)).toMatchObject({ stdout, stderr: '', status: 0 });
  });

  test('bytes that are no UTF-8, a thousand arguments, and a program of somebody else', async () => {
    expect((await bothWays(['team:deploy', Buffer.from([0xff, 0x80])])).stdout).toBe(`[${Buffer.from([0xff, 0x80]).toString('latin1')}](team:deploy)`);
    expect((await bothWays(['team:echo', ...Array.from({ length: 1000 }, (_, index) => String(index))])).stdout).toMatch(/^0 1 2 .* 999\n$/);
    expect((await bothWays(['team:echo', '-n', 'x'])).stdout).toBe('x');
  });

  test('exit status 10 means nothing special', async () => {
    expect(await bothWays(['team:fails'])).toMatchObject({ status: 10 });
  });

  test('what is in subcommands/ too is run there', async () => {
    expect((await bothWays(['team:both', 'x'])).stdout).toBe('with the word\n');
  });

  test.each(Object.keys(SHELLS) as ShellName[])('under %s', async (shell) => {
    expect(await box.run(['team:deploy', 'x'], { shell })).toMatchObject({ stdout: '[x](team:deploy)', status: 0 });
  });
});

test('an app in front is set as a variable, and is no argument', async () => {
  const { stdout } = await box.run(['--app', 'web', 'team:deploy', 'x']);
  expect(stdout).toBe('[x](team:deploy)');
});

test('a file without the execute bit is named with its remedy', async () => {
  expect(await box.run(['team:plain'])).toMatchObject({
    status: 126,
    stderr: expect.stringContaining(`${box.at('plugins/enabled/team/bare/plain')} cannot be run: it is not executable; chmod +x`),
  });
});

test('guards are asked about the word and the arguments', async () => {
  using guarded = Sandbox.prepared();
  guarded.plugin('team', { 'bare/deploy': ARGUMENTS }).plugin('guard', { 'user-auth': '#!/bin/sh\nshift 2\nprintf "<%s>" "$@" >&2\n[ "$2" != no ]\n' });
  for (const env of [{}, { TOOL_FAST: '0' }]) {
    expect(await guarded.run(['team:deploy', 'web'], { env })).toMatchObject({ stdout: '[web](team:deploy)', stderr: '<team:deploy><web>', status: 0 });
    expect(await guarded.run(['team:deploy', 'no'], { env })).toMatchObject({ stdout: '', stderr: expect.stringContaining('<team:deploy><no>'), status: 1 });
  }
});

test('--explain, help, info and suggestions know it', async () => {
  const explained = JSON.parse((await box.run(['--explain', '--format', 'json', 'team:deploy', 'web'])).stdout);
  expect(explained).toMatchObject({ kind: 'file', file: box.at('plugins/enabled/team/bare/deploy'), argv: ['web'], route: 'hot', command: 'team:deploy' });
  expect((await box.run(['help', '--all'])).stdout).toMatch(/^ {4}team:deploy {3,}Deploy it$/m);
  const info = JSON.parse((await box.run(['plugin:info', 'team', '--format', 'json'])).stdout);
  expect(info.commands).toEqual(['team:both', 'team:db:dump', 'team', 'team:deploy', 'team:echo', 'team:fails']);
  expect((await box.run(['team:deplyo'])).stderr).toContain('Did you mean `tool team:deploy`?');
});

test('install and check say what is never run', async () => {
  using other = Sandbox.prepared();
  const source = join(other.root, 'twice');
  for (const folder of ['bare', 'subcommands']) other.file(`twice/${folder}/go`, '#!/bin/sh\n', 0o755);
  other.file('twice/plugin.toml', '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n');
  const warning = 'bare/go is never run, as there is subcommands/go; remove one of them';
  expect((await other.run(['plugin:install', source])).stderr).toBe(` !     ${source}/${warning}\n`);
  expect((await other.run(['plugin:check', 'twice'])).stderr).toContain(warning);
});

test('no file in bare/ takes a word of a core plugin', async () => {
  using other = new Sandbox().dokkusSet();
  other.file('url/plugin.toml', '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n').file('url/bare/default', '#!/bin/sh\n', 0o755);
  expect(await other.run(['plugin:install', join(other.root, 'url')])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('bare/default, and `tool url` is'),
  });
});
