import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository, serveGit } from '../support/git.ts';
import { Sandbox } from '../support/sandbox.ts';

/** A dozen processes of git a submodule, on a busy machine. */
const SLOW = 240_000;

/** Adds a submodule, or brings it to its newest commit. */
const take = (repository: Repository, path: string, address: string): void => {
  const known = existsSync(join(repository.path, path));
  repository.git('-c', 'protocol.file.allow=always', 'submodule', '-q', ...(known ? ['update', '--remote'] : ['add', address]), ...(known ? [] : [path]));
};

/** A plugin whose code is in a submodule, which has one itself. */
function nested(box: Sandbox): { greet: Repository; library: Repository; inner: Repository } {
  const [greet, library, inner] = ['greet', 'library', 'inner'].map((name) => new Repository(join(box.root, 'repos', name))) as [
    Repository,
    Repository,
    Repository,
  ];
  inner.commit({ word: 'one\n' });
  library.commit({ say: '#!/bin/sh\ncat "${0%/*}/inner/word"\n', '.githooks/post-checkout': `#!/bin/sh\necho ran >>${box.root}/mark\n` });
  take(library, 'inner', '../inner');
  library.commit({});
  greet.publish('1.0.0', undefined, { 'subcommands/default': '#!/bin/sh\nexec "$PLUGIN_AVAILABLE_PATH/greet/library/say"\n' });
  take(greet, 'library', '../library');
  greet.commit({}, 'v1.0.0');
  return { greet, library, inner };
}

test(
  'submodules come with the plugin, are compared with it, and go along with updates, locks and generations',
  async () => {
    using box = new Sandbox();
    const { greet, library, inner } = nested(box);
    const url = `file://${greet.path}`;
    box.file('.gitconfig', '[core]\n\thooksPath = .githooks\n\tautocrlf = true\n[submodule "library"]\n\tupdate = !false\n');
    const word = (): string => readFileSync(box.at('plugins/available/greet/library/inner/word'), 'utf8');
    expect(await box.run(['plugin:install', url])).toMatchObject({ status: 0, stderr: '' });
    expect(await box.run(['greet'])).toMatchObject({ status: 0, stdout: 'one\n' });
    expect(existsSync(join(box.root, 'mark'))).toBe(false);
    await box.run(['plugin:lock']);

    inner.commit({ word: 'two\n' });
    take(library, 'inner', '');
    library.commit({});
    take(greet, 'library', '');
    greet.commit({}, 'v2.0.0');
    expect(await box.run(['plugin:update', 'greet'])).toMatchObject({ status: 0, stdout: '-----> Plugin (greet) updated\n', stderr: '' });
    expect(word()).toBe('two\n');
    // What the store keeps has nobody's work, neither in itself nor in a submodule.
    expect(existsSync(box.at('plugins/store/greet/1/.git'))).toBe(false);
    // The lock brings the very commits again; what is somebody's own stays.
    const own = [
      '-C',
      box.at('plugins/available/greet/library'),
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@example.org',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'own',
    ];
    await box.run(own, { command: 'git', env: { HOME: '/' } });
    expect(await box.run(['plugin:sync', '--frozen'])).toMatchObject({
      status: 0,
      stderr: " !     Generation 2 of greet keeps its .git, as it holds somebody's work: another commit, which is checked out in library\n",
    });
    expect(word()).toBe('one\n');
    expect(await box.run(['plugin:rollback', 'greet'])).toMatchObject({ status: 0 });
    expect(word()).toBe('two\n');
    box.file('sandbox/home/plugins/available/greet/library/inner/word', 'three\n');
    expect(await box.run(['plugin:check', 'greet'])).toMatchObject({ status: 1, stdout: expect.stringContaining('library/inner/word') });

    renameSync(inner.path, `${inner.path}.gone`);
    expect(await box.run(['plugin:install', url, '--name', 'other'])).toEqual({
      status: 1,
      signal: null,
      stdout: `-----> Installing plugin other from ${url}\n`,
      stderr: ` !     Cannot bring the submodule library/inner of ${url}: '${inner.path}' does not appear to be a git repository; check the address, and that you may read it\n`,
    });
  },
  SLOW,
);

test(
  'a submodule comes from where a server says, but not from this machine or by a program',
  async () => {
    using box = new Sandbox();
    const { greet } = nested(box);
    await using server = await serveGit(join(box.root, 'repos'));
    const url = `${server.url}/greet`;
    // Somebody allowed both, for repositories of their own.
    box.file('.gitconfig', '[protocol]\n\tallow = always\n[protocol "file"]\n\tallow = always\n');
    const env = { GIT_ALLOW_PROTOCOL: 'http:file:ext' };
    expect(await box.run(['plugin:install', url], { env })).toMatchObject({ status: 0, stderr: '' });
    expect((await box.run(['greet'])).stdout).toBe('one\n');
    box.file('trap', `#!/bin/sh\necho ran >>${box.root}/mark\n`);
    for (const [address, variables] of [
      [`file://${box.root}/repos/library`, {}],
      [`ext::${box.root}/trap`, env],
    ] as const) {
      const modules = readFileSync(join(greet.path, '.gitmodules'), 'utf8').replace(/url = .*/, `url = ${address}`);
      greet.commit({ '.gitmodules': modules });
      expect(await box.run(['plugin:install', url, '--name', 'other'], { env: variables })).toMatchObject({
        status: 1,
        stderr: ` !     Cannot bring the submodule library of ${url}: transport '${address.split(':')[0]}' not allowed; check the address, and that you may read it\n`,
      });
    }
    expect(existsSync(join(box.root, 'mark'))).toBe(false);
  },
  SLOW,
);
