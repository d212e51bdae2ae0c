import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository } from '../support/git.ts';
import { ending, type RunResult, Sandbox } from '../support/sandbox.ts';

const ok = (stdout: string) => ({ stdout, stderr: '', status: 0, signal: null });
const refused = (line: string, status = 1) => ({ stdout: '', stderr: ` !     ${line}\n`, status, signal: null });
const speaking = (hook: string): string => `#!/bin/sh\necho "${hook} of $TOOL_HOME" | sed 's/ of .*//'\n`;

/** Hooks that print, and a subcommand that prints the version. */
const files = (version: string): Record<string, string> => ({
  'plugin.toml': `[plugin]\ndescription = "d"\nversion = "${version}"\n[plugin.config]\nkey = "value"\n`,
  'subcommands/default': `#!/bin/sh\necho ${version}\n`,
  install: speaking('install'),
  update: speaking('update'),
  uninstall: speaking('uninstall'),
});

/** A plugin's directory in the sandbox. */
function directory(box: Sandbox, path: string, version: string): string {
  for (const [name, text] of Object.entries(files(version))) box.file(`${path}/${name}`, text);
  return join(box.root, path);
}

/** An archive of a plugin's directory, made by tar. */
async function archive(box: Sandbox, version: string): Promise<string> {
  const made = directory(box, `tree-${version}/zz`, version);
  const file = join(box.root, `zz-${version}.tar.gz`);
  await box.run(['-C', join(made, '..'), '-czf', file, 'zz'], { command: 'tar' });
  return file;
}

const json = ({ stdout, stderr, status }: RunResult): { facts: unknown; stderr: string; status: number | null } => ({
  facts: JSON.parse(stdout),
  stderr,
  status,
});
const parsed = async (box: Sandbox, ...words: string[]) => JSON.parse((await box.run([...words, '--format', 'json'])).stdout);

test('with --format json stdout is JSON alone, whatever hooks print; a dry run tells what would be done; --quiet is silent', async () => {
  using box = Sandbox.prepared();
  const source = directory(box, 'greet', '1');
  const run = async (...words: string[]) => json(await box.run([...words, '--format', 'json']));
  expect(await run('plugin:install', source)).toEqual({
    facts: { name: 'greet', changed: true, receipt: expect.objectContaining({ version: '1' }) },
    stderr: 'install\n',
    status: 0,
  });
  directory(box, 'greet', '2');
  expect(await run('plugin:update', 'greet')).toEqual({
    facts: [{ name: 'greet', outcome: 'updated', from: '1', to: '2', follows: 'directory', pinned: false, text: 'Plugin (greet) updated' }],
    stderr: 'install\nupdate\n',
    status: 0,
  });
  const simple: [words: string[], would: string[], facts: object, stderr: string][] = [
    [
      ['plugin:rollback', 'greet'],
      ['bring back generation 1 of greet (1)', 'run its install hook'],
      { receipt: expect.objectContaining({ generation: 1 }) },
      'install\n',
    ],
    [['plugin:disable', 'greet'], ['disable greet'], { enabled: false }, ''],
    [['plugin:enable', 'greet'], ['enable greet'], { enabled: true }, ''],
    [['plugin:pin', 'greet'], ['pin greet'], { pinned: true }, ''],
    [['plugin:unpin', 'greet'], ['unpin greet'], { pinned: false }, ''],
    [['plugin:uninstall', 'greet'], ['run its uninstall hook', `remove ${box.at('plugins/available/greet')}`], { kept: 1 }, 'uninstall\n'],
  ];
  for (const [words, would, facts, stderr] of simple) {
    expect(await run(...words, '--dry-run')).toEqual({ facts: { name: 'greet', changed: false, would }, stderr: '', status: 0 });
    expect(await run(...words)).toEqual({ facts: { name: 'greet', changed: true, ...facts }, stderr, status: 0 });
  }
  expect(existsSync(box.at('plugins/config-exports/greet.sh'))).toBe(false);
  const failed = await box.run(['plugin:disable', 'greet', '--format', 'json']);
  expect({ ...failed, stdout: JSON.parse(failed.stdout) }).toEqual({
    ...refused('Plugin does not exist'),
    stdout: { error: { code: 'plugin-not-installed', status: 1, message: 'Plugin does not exist', remedy: 'see those that are installed with plugin:list' } },
  });

  const quietly = (...words: string[]) => box.run(['--quiet', ...words]);
  expect(await quietly('plugin:install', source, '--skip-install-trigger')).toEqual(ok(''));
  expect(await quietly('plugin:pin', 'greet')).toEqual(ok(''));
  expect(await quietly('plugin:disable', 'nobody')).toEqual(refused('Plugin does not exist'));
  expect(await quietly('plugin:history', 'greet')).toMatchObject({ stdout: expect.stringContaining('current'), status: 0 });
  expect(await quietly('plugin:uninstall', 'greet', '--skip-uninstall-trigger')).toEqual(ok(''));
});

test('an installed plugin moves to another source as an update: no uninstall hook, enabled or not as it was, rolled back like one', async () => {
  using box = Sandbox.prepared();
  const [old, next] = [await archive(box, '1.0'), await archive(box, '1.1')];
  await box.run(['plugin:install', old]);
  const moves = `\`tool plugin:update zz --from ${next}\` moves it`;
  expect(await box.run(['plugin:install', next])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^ ! {5}Plugin zz is already installed from .*zz-1\.0\.tar\.gz \(sha256:\w{12}\); /),
  });
  expect((await box.run(['plugin:install', next])).stderr).toContain(moves);
  expect(await box.run(['plugin:update', 'zz', '--from', next, '--dry-run'])).toMatchObject({
    stdout: expect.stringMatching(
      /^would update zz from 1\.0 to 1\.1, from .*zz-1\.1\.tar\.gz \(sha256:\w+\)\nwould run its install hook\nwould run its update hook\n$/,
    ),
  });
  expect(await box.run(['plugin:update', 'zz', '--from', next, '--save'])).toMatchObject({
    stdout: expect.stringMatching(/^install\nupdate\n-----> Plugin \(zz\) moved to .*zz-1\.1\.tar\.gz \(sha256:\w+\)\n$/),
    stderr: '',
    status: 0,
  });
  expect(readFileSync(box.at('tool.toml'), 'utf8')).toBe(`[plugins]\nzz = { archive = "${next}" }\n`);
  expect(await box.run(['plugin:update', 'zz', '--from', next])).toEqual(ok('Plugin (zz) is up to date\n'));
  expect((await parsed(box, 'plugin:list')).find(({ name }: { name: string }) => name === 'zz')).toMatchObject({ source_url: next });

  await box.run(['plugin:disable', 'zz']);
  const copied = directory(box, 'dir/zz', '3');
  expect(await box.run(['plugin:install', copied, '--replace'])).toEqual(
    ok(`-----> Installing plugin zz from ${copied}\ninstall\nupdate\n-----> Plugin zz moved to ${copied}\n`),
  );
  expect(await parsed(box, 'plugin:info', 'zz')).toMatchObject({
    version: '3',
    enabled: false,
    follows: 'directory',
    pinned: false,
    source: { kind: 'directory', path: copied },
  });
  const { stdout } = await box.run(['plugin:rollback', 'zz']);
  expect(stdout).toBe('install\n-----> Plugin zz is back at generation 2 (1.1)\n');
  const [, , back] = await parsed(box, 'plugin:history', 'zz').then((rows) => [rows[0], rows[2], rows[1]]);
  expect(back).toMatchObject({ generation: 2, state: 'current', source: { kind: 'archive', url: next } });
  expect(Date.parse(back.broughtBack)).toBeGreaterThan(Date.parse(back.time));
  expect((await box.run(['plugin:history', 'zz'])).stdout).toContain(`${back.time}, brought back ${back.broughtBack}`);
});

test('what a plugin follows can be set when it is there, and every command says it in the same words', async () => {
  using box = Sandbox.prepared();
  const repository = new Repository(join(box.root, 'repos/greet'));
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) repository.publish(version, `v${version}`);
  const url = `file://${repository.path}`;
  await box.run(['plugin:install', url]);
  const steps: [words: string[], told: string, follows: string, pinned: boolean][] = [
    [['plugin:update', 'greet', '^1.0'], 'Plugin (greet) updated and follows ^1.0', 'range ^1.0', false],
    [['plugin:update', 'greet', 'v1.0.0'], 'Plugin (greet) updated and pinned to v1.0.0', 'tag v1.0.0', true],
    [['plugin:install', url, '--version', '~1.1'], 'Plugin greet updated and follows ~1.1', 'range ~1.1', false],
    [['plugin:update', 'greet', '--version', '1.x'], 'Plugin (greet) updated and follows 1.x', 'range 1.x', false],
    [['plugin:update', 'greet', 'main'], 'Plugin (greet) updated and follows main', 'branch main', false],
  ];
  for (const [words, told, follows, pinned] of steps) {
    expect(await box.run(words)).toMatchObject({ stdout: expect.stringContaining(`-----> ${told}\n`), stderr: '', status: 0 });
    expect(await parsed(box, 'plugin:info', 'greet')).toMatchObject({ follows, pinned });
  }
  expect((await box.run(['plugin:info', 'greet'])).stdout).toMatch(/^follows: +branch main\npinned: +no$/m);

  // Once upstream has moved, who asks for no version has what is asked for.
  repository.publish('3.0.0');
  const commit = repository.git('rev-parse', 'HEAD~1').slice(0, 12);
  expect(await box.run(['plugin:install', url])).toEqual(
    ok(
      `-----> Installing plugin greet from ${url}\n-----> Plugin greet is already installed from ${url} at ${commit} (main); \`tool plugin:update greet\` brings what is new\n`,
    ),
  );
  const wrong: [words: string[], line: string][] = [
    [['plugin:update', 'greet', 'main', '--version', '^1'], '"main" and --version cannot be used together'],
    [['plugin:update', '--from', url], '--from needs the name of a plugin; see `tool plugin:update --help`'],
    [['plugin:update', 'greet', '--link'], '--link needs --from and a directory'],
    [['plugin:install', url, '--committish', 'main', '--version', '^1'], '--committish and --version cannot be used together'],
  ];
  for (const [words, line] of wrong) expect(await box.run(words)).toEqual(refused(line, 2));
});

test('Ctrl-C while a plugin is fetched, and in its hook, says that nothing was changed and ends by the signal', async () => {
  using box = Sandbox.prepared();
  const source = directory(box, 'greet', '1');
  box.file('greet/install', '#!/bin/sh\necho started\nexec sleep 30\n');
  const hooked = box.start(['plugin:install', source]);
  hooked.stdout?.on('data', (text: Buffer) => text.includes('started') && hooked.kill('SIGINT'));
  expect(await ending(hooked)).toEqual({
    stdout: `-----> Installing plugin greet from ${source}\nstarted\n`,
    stderr: ' !     Interrupted in the install hook of greet, nothing changed: the plugin was not installed\n',
    status: null,
    signal: 'SIGINT',
  });
  // A transport that says that it was begun, and waits.
  box.file('bin/ssh', `#!/bin/sh\necho begun >${box.root}/begun\nexec sleep 30\n`);
  const fetching = box.start(['plugin:install', 'ssh://git@host.invalid/greet'], { env: { GIT_SSH_COMMAND: join(box.root, 'bin/ssh') } });
  const polling = setInterval(() => existsSync(join(box.root, 'begun')) && fetching.kill('SIGTERM'), 20);
  const ended = await ending(fetching).finally(() => clearInterval(polling));
  expect(ended).toEqual({
    stdout: '-----> Installing plugin greet from ssh://git@host.invalid/greet\n',
    stderr: ' !     Interrupted, nothing changed: greet was being fetched\n',
    status: null,
    signal: 'SIGTERM',
  });
  expect(existsSync(box.at('plugins/available/greet'))).toBe(false);
});

test('outdated is a table for plugins of every kind, and JSON has the same rows', async () => {
  using box = Sandbox.prepared();
  const [file, same, other] = [await archive(box, '1.0'), directory(box, 'same', '1'), directory(box, 'other', '1')];
  for (const words of [[file], [same], [other], ['--link', same, '--name', 'linked']]) await box.run(['plugin:install', ...words]);
  box.plugin('hand', files('1'));
  directory(box, 'other', '2');
  expect(await box.run(['plugin:outdated'])).toEqual(
    ok(
      [
        'NAME     INSTALLED   WANTED   LATEST   STATE         FOLLOWS',
        'hand     1           -        -        not checked   unknown',
        'linked   1           -        -        current       link',
        'other    1           -        -        outdated      directory',
        'same     1           -        -        current       directory',
        'zz       1.0         -        -        current       archive',
        '-----> hand: not checked, it was put there by hand',
        '',
      ].join('\n'),
    ),
  );
  box.file('zz-1.0.tar.gz', 'another');
  await box.run(['-rf', same], { command: 'rm' });
  const asked = await box.run(['plugin:outdated', '--format', 'json']);
  expect(JSON.parse(asked.stdout).map(({ name, kind, state, problem }: Record<string, string>) => [name, kind, state, problem])).toEqual([
    ['hand', 'unknown', 'not checked', 'it was put there by hand'],
    ['linked', 'link', 'current', undefined],
    ['other', 'directory', 'outdated', undefined],
    ['same', 'directory', 'unknown', `${same} is no longer a directory`],
    ['zz', 'archive', 'outdated', undefined],
  ]);
  expect(asked.status).toBe(1);
});

test('the first --save says what it leaves out, and plugin:lock --save asks for all', async () => {
  using box = Sandbox.prepared();
  const [a, b] = [directory(box, 'a', '1'), directory(box, 'b', '1')];
  await box.run(['plugin:install', a]);
  expect((await box.run(['plugin:install', b, '--save'])).stderr).toBe(
    ' !     tool.toml asks for b alone now, and not for a, which plugin:sync --prune would take away; `tool plugin:lock --save` asks for all\n',
  );
  expect((await box.run(['plugin:sync', '--prune', '--dry-run'])).stdout).toBe('would uninstall a\n');
  const line = `a = { path = "${a}" }`;
  expect((await box.run(['plugin:lock', '--save', '--dry-run'])).stdout).toContain(`would write in tool.toml: ${line}\n# The exact plugins`);
  expect(await box.run(['plugin:lock', '--save'])).toEqual(ok(`-----> tool.toml asks for a as well\n-----> 2 plugins locked in ${box.at('tool.lock')}\n`));
  expect(readFileSync(box.at('tool.toml'), 'utf8')).toBe(`[plugins]\nb = { path = "${b}" }\n${line}\n`);
  expect(await box.run(['plugin:sync', '--prune'])).toEqual(ok('-----> 2 plugins are as they should be\n'));
});
