import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository, serveGit } from '../support/git.ts';
import { plugn } from '../support/plugn.ts';
import { Sandbox } from '../support/sandbox.ts';

test('what ssh and a server say is told on every path on which git speaks, and ssh asks nothing where nobody is', async () => {
  using box = new Sandbox();
  const repository = new Repository(join(box.root, 'greet'));
  repository.publish('1.0.0');
  // An ssh that serves this machine's repositories, until the file `fails` says what it says.
  box.file(
    'bin/ssh',
    `#!/bin/sh
printf '%s\\n' "$*" >>${box.root}/argv
[ ! -e ${box.root}/fails ] || { cat ${box.root}/fails >&2; exit 255; }
for last; do :; done
eval "exec $last"
`,
  );
  const env = { PATH: `${box.root}/bin:${process.env.PATH}` };
  const url = `git@git.example.org:${repository.path}`;
  expect(await box.run(['plugin:install', url], { env })).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(join(box.root, 'argv'), 'utf8')).toMatch(/^-o BatchMode=yes .*git@git\.example\.org git-upload-pack/);
  await box.run(['plugin:lock'], { env });
  repository.publish('2.0.0');
  rmSync(join(box.root, 'argv'));
  expect(await box.run(['plugin:outdated'], { env: { ...env, GIT_SSH_COMMAND: 'ssh -i key -o BatchMode=no' } })).toMatchObject({ stderr: '' });
  // A program of the user's own in the configuration stays, and is asked not to ask where it is ssh.
  box.file('.gitconfig', `[core]\n\tsshCommand = ${box.root}/bin/ssh -i other\n`);
  expect(await box.run(['plugin:outdated'], { env })).toMatchObject({ stderr: '' });
  const argv = readFileSync(join(box.root, 'argv'), 'utf8').split('\n');
  expect(argv[0]).toMatch(/^-i key -o BatchMode=no -o BatchMode=yes .*git-upload-pack/);
  expect(argv[1]).toMatch(/^-i other -o BatchMode=yes .*git-upload-pack/);

  box.file('fails', "Warning: Permanently added 'git.example.org'\r\nremote: \x1b[31mno entry\x1b[0m\r\nHost key verification failed.\r\n");
  const words = 'no entry; Host key verification failed; Could not read from remote repository';
  const hint = 'connect once with ssh by hand, and look whether the key is the right one';
  const cannot = (what: string): string => ` !     Cannot ${what} ${url}: ${words}`;
  const stderrOf = async (argv: string[]): Promise<string> => (await box.run(argv, { env })).stderr;
  expect(await stderrOf(['plugin:install', url, '--name', 'other'])).toBe(`${cannot('clone')}; ${hint}\n`);
  expect(await stderrOf(['plugin:update', 'greet'])).toMatch(new RegExp(`^ !     Cannot (ask|clone) ${url}: ${words}; ${hint}\n$`));
  expect(await stderrOf(['plugin:outdated'])).toContain(words);
  expect((await plugn(box, ['install', url, 'third'], { env: { ...env, PLUGIN_PATH: box.at('plugins') } })).stderr).toContain(`Cannot clone ${url}: ${words}`);
  expect((await plugn(box, ['update', 'greet', 'main'], { env: { ...env, PLUGIN_PATH: box.at('plugins') } })).stderr).toContain(
    `Cannot clone ${url}: ${words}`,
  );
  await box.run(['plugin:uninstall', 'greet'], { env });
  const synced = await box.run(['plugin:sync'], { env });
  expect(synced.stdout + synced.stderr).toContain(`Cannot clone ${url}: ${words}`);
});

test('a server that asks for a password is one line where nobody is, and no window opens', async () => {
  using box = new Sandbox();
  new Repository(join(box.root, 'repos/greet')).publish('1.0.0');
  await using server = await serveGit(join(box.root, 'repos'), 'user:s3cret');
  box.file('ask', `#!/bin/sh\necho "$1" >>${box.root}/asked\nsleep 5\n`);
  const env = { SSH_ASKPASS: join(box.root, 'ask'), SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':9', WAYLAND_DISPLAY: 'x' };
  const url = `${server.url}/greet`;
  expect(await box.run(['plugin:install', url], { env })).toEqual({
    status: 1,
    signal: null,
    stdout: `-----> Installing plugin greet from ${url}\n`,
    stderr: ` !     Cannot clone ${url}: could not read Username for '${server.url}': terminal prompts disabled; put user and token in front of the host (https://user:token@host), or set up a credential helper of git\n`,
  });
  expect(existsSync(join(box.root, 'asked'))).toBe(false);
  // A program that answers by itself is the caller's own way, and never told a secret of the address.
  box.file('answer', `#!/bin/sh\necho "$1" >>${box.root}/asked\ncase $1 in User*) echo user ;; *) echo s3cret ;; esac\n`);
  expect(await box.run(['plugin:install', url], { env: { GIT_ASKPASS: join(box.root, 'answer') } })).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(join(box.root, 'asked'), 'utf8')).toContain(`Username for '${server.url}'`);
});

test('a token that stands for the user is given to its host, and no program is started with it', async () => {
  using box = new Sandbox();
  new Repository(join(box.root, 'repos/greet')).publish('1.0.0');
  await using server = await serveGit(join(box.root, 'repos'), 't0ken-t0ken:');
  const git = (await box.run(['-c', 'command -v git'], { command: 'sh' })).stdout.trim();
  box.file('bin/git', `#!/bin/sh\n{ printf '%s\\n' "$*"; env; } >>${box.root}/seen\nexec ${git} "$@"\n`);
  box.file('ask', `#!/bin/sh\nprintf '%s\\n' "$*" >>${box.root}/seen\n`);
  const env = { PATH: `${box.root}/bin:${process.env.PATH}`, GIT_ASKPASS: join(box.root, 'ask') };
  expect(await box.run(['plugin:install', `${server.url.replace('://', '://t0ken-t0ken@')}/greet`], { env })).toMatchObject({ status: 0, stderr: '' });
  const seen = readFileSync(join(box.root, 'seen'), 'utf8').replaceAll(/^(GIT_CONFIG_VALUE_\d+|TOOL_CALLER_[A-Z_]+)=.*$/gm, '');
  expect(seen).toContain(`${server.url}/greet`);
  expect(seen).not.toContain('t0ken');
});
