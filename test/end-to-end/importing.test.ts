import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { type RunOptions, Sandbox } from '../support/sandbox.ts';

const SH = '#!/bin/sh\n';

/** Runs a command that must succeed. @returns what it printed */
async function ok(box: Sandbox, words: readonly string[], options: RunOptions = {}): Promise<string> {
  const { stdout, stderr, status } = await box.run(words, options);
  expect({ words, stderr, status }).toEqual({ words, stderr: '', status: 0 });
  return stdout;
}

test('a sub keeps its root, its siblings, its shell commands and its completions; an update imports it anew', { timeout: 60_000 }, async () => {
  using box = Sandbox.prepared();
  box.file('acme/libexec/acme', `${SH}export _ACME_ROOT=x ACME_TEAM=y\n`).file('acme/share/motd', 'hello\n');
  box.file('acme/libexec/acme-motd', `${SH}# Summary: Print the message\n# Usage: acme motd [--upper] <name>\ncat "$_ACME_ROOT/share/motd"; acme-who "$@"\n`);
  box.file('acme/libexec/acme-who', `${SH}# Provide acme completions\nif [ "$1" = --complete ]; then echo alice; echo bob; exit; fi\necho "\${0##*/} $*"\n`);
  box.file('acme/libexec/acme-sh-cd', `${SH}echo "cd /tmp"\n`).file('acme/.git/config', 'x');
  const plan = await ok(box, ['plugin:import', 'acme', '--dry-run']);
  expect(plan).toBe(`3 commands of acme in ${box.root}/acme/libexec would become the plugin acme:
  acme:motd    Print the message
  acme:sh-cd
  acme:who
Not brought:
  ACME_TEAM   is set by acme for its commands in a way that only it knows; set it yourself
Notes:
  sh-cd: what it prints is for your shell, which runs it by eval "$(tool acme:sh-cd ...)"
would install acme 0.0.0 from ${box.root}/acme (imported as sub)
would enable acme
`);
  expect(existsSync(box.at('plugins/available/acme'))).toBe(false);
  await ok(box, ['plugin:import', 'acme']);
  expect(existsSync(box.at('plugins/available/acme/files/.git'))).toBe(false);
  expect(await ok(box, ['acme:motd', 'a b'])).toBe('hello\nacme-who a b\n');
  expect(await ok(box, ['acme:sh-cd'])).toBe('cd /tmp\n');
  expect(await ok(box, ['--complete', '--', 'acme:who', ''])).toContain('alice\nbob\n');
  expect(await ok(box, ['--complete', '--', 'acme:motd', '-'])).toContain('--upper');
  expect(await ok(box, ['--explain', 'acme:motd'])).toContain('bare/motd');

  expect(await ok(box, ['plugin:import', 'acme'])).toContain('already installed');
  expect(await ok(box, ['plugin:outdated'])).toMatch(/^acme +0\.0\.0 .* current +sub$/m);
  expect(await ok(box, ['plugin:lock'])).toContain('1 plugin locked');
  box.file('acme/libexec/acme-new', `${SH}echo new\n`);
  expect(await ok(box, ['plugin:outdated'])).toMatch(/^acme .* outdated/m);
  expect((await box.run(['plugin:update', 'acme'])).stderr).toMatch(/^ ! {5}One thing is not brought from .*\/acme; plugin:import --dry-run lists it\n$/);
  expect(await ok(box, ['acme:new'])).toBe('new\n');
  expect(await ok(box, ['plugin:check', 'acme'])).toBe('-----> 1 unchanged\n');
  expect(JSON.parse(await ok(box, ['plugin:info', 'acme', '--json']))).toMatchObject({
    source: { kind: 'import', path: `${box.root}/acme`, as: 'sub', name: 'acme' },
  });
  await ok(box, ['plugin:rollback', 'acme']);
  expect((await box.run(['acme:new'])).status).toBe(1);
  // The lock has the tree as it was imported, which its origin is no longer.
  await ok(box, ['plugin:sync', '--frozen']);
  await ok(box, ['plugin:uninstall', 'acme', '--purge']);
  expect((await box.run(['plugin:sync', '--frozen'])).stderr).toContain('acme');
});

test('commands made after rbenv’s find what its dispatcher sets', async () => {
  using box = Sandbox.prepared();
  box.file('pyenv/libexec/pyenv', `${SH}export PYENV_ROOT=1\nexport PYENV_DIR=2\nexport PYENV_HOOK_PATH=3\n`);
  box.file('pyenv/libexec/pyenv-show', `${SH}echo "$PYENV_ROOT|$PYENV_DIR|$PYENV_HOOK_PATH|$PYENV_ORIG_PATH"; command -v plug || :\n`);
  box.file('.pyenv/plugins/p/bin/plug', `${SH}echo plugged\n`);
  expect(await ok(box, ['plugin:import', 'pyenv'])).not.toContain('Not brought');
  const plugin = box.at('plugins/enabled/pyenv');
  const [root, directory, hooks, path, plugged] = (await ok(box, ['pyenv:show'])).split(/[|\n]/);
  expect([root, directory, plugged]).toEqual([`${box.root}/.pyenv`, box.root, `${box.root}/.pyenv/plugins/p/bin/plug`]);
  expect(hooks?.split(':').slice(0, 2)).toEqual([`${box.root}/.pyenv/pyenv.d`, `${plugin}/files/pyenv.d`]);
  expect(path).not.toContain(plugin);
  expect(await ok(box, ['pyenv:show'], { env: { PYENV_DIR: '.', PYENV_ROOT: '/r/', PYENV_HOOK_PATH: '/h' }, before: 'cd /tmp' })).toMatch(/^\/r\|\/tmp\|\/h\|/);
});

test('scripts keep what is beside them, and what cannot be brought is told', async () => {
  using box = Sandbox.prepared();
  box.file('my ops/lib.sh', 'say() { echo "$*"; }\n').file("my ops/it's.sh", `${SH}# Say it.\n. "$(dirname "$0")/lib.sh"\nsay it "$@"\n`);
  box
    .file('my ops/db/up.py', `${SH}echo up\n`)
    .file('my ops/up', `${SH}`)
    .file('my ops/up.sh', `${SH}`)
    .file('my ops/two words', `${SH}`)
    .file('my ops/late.sh', SH, 0o644);
  symlinkSync('/bin/ls', join(box.root, 'my ops/out'));
  symlinkSync('nowhere', join(box.root, 'my ops/lost'));
  symlinkSync('db/up.py', join(box.root, 'my ops/linked'));
  expect(await box.run(['plugin:import', 'my ops'])).toMatchObject({
    status: 1,
    stderr: ' !     "my ops" cannot be a plugin\'s name; it is letters, digits, dots, hyphens and underscores; give another with --name\n',
  });
  const { stdout, stderr, status } = await box.run(['plugin:import', 'my ops', '--name', 'ops', '--json']);
  expect({ stderr, status }).toEqual({
    stderr: ` !     2 links of ${box.root}/my ops to nothing, or out of it: lost, out; what needs them will not work\n`,
    status: 0,
  });
  const { import: facts } = JSON.parse(stdout);
  expect(facts.commands.map(({ word }: { word: string }) => word)).toEqual(['ops:db:up', 'ops:linked', 'ops:up']);
  expect(facts.left).toEqual([
    { what: 'late.sh', reason: 'is not executable; chmod +x late.sh' },
    { what: 'lost', reason: 'is a dangling link' },
    { what: 'out', reason: 'is a link out of the folder; import what it leads to' },
    { what: "it's.sh", reason: expect.stringContaining('cannot be typed') },
    { what: 'two words', reason: expect.stringContaining('cannot be typed') },
    { what: 'up.sh', reason: 'has the name of up' },
  ]);
  expect(await ok(box, ['ops:linked'])).toBe('up\n');
});

testNeeding('make')('targets, recipes and scripts are run where they are', async () => {
  using box = Sandbox.prepared();
  box.file("it's here/Makefile", '.PHONY: show\nshow: ## Show\n\t@pwd; echo $(A)\nx: $(shell touch ran)\n');
  await ok(box, ['plugin:import', "it's here/Makefile", '--name', 'web']);
  expect(existsSync(join(box.root, "it's here/ran"))).toBe(false);
  expect(existsSync(join(box.root, 'ran'))).toBe(false);
  expect(await ok(box, ['web:show', 'A=b'], { cwd: box.home })).toBe(`${box.root}/it's here\nb\n`);

  // A program that answers as just does.
  box.file('bin/just', `${SH}case " $* " in *' --dump '*) echo '{"recipes":{"serve":{"doc":"Serve","parameters":[]}}}' ;; *) printf '<%s>' "$@" ;; esac\n`);
  box.file('api/justfile', '# Read\nserve:\n');
  const env = { PATH: `${box.root}/bin:${box.env.PATH}` };
  expect(await ok(box, ['plugin:import', 'api'], { env })).toContain('just was asked');
  expect(await ok(box, ['api:serve', '--', 'a b'], { env })).toBe(
    `<--justfile><${box.root}/api/justfile><--working-directory><${box.root}/api><--><serve><--><a b>`,
  );
  expect(await box.run(['api:serve'])).toMatchObject({ status: 127, stderr: ' !     api:serve is run by just, which is not installed\n' });

  box
    .file('bin/pnpm', `${SH}printf '<%s>' "$PWD" "$@"\n`)
    .file('app/package.json', '{"version":"2.1.0","scripts":{"t:u":"x","pret:u":"y"}}')
    .file('app/pnpm-lock.yaml', '');
  expect(await ok(box, ['plugin:import', 'app'], { env })).toContain('is run with t:u by pnpm');
  expect(await ok(box, ['app:t:u', '-x'], { env })).toBe(`<${box.root}/app><run><t:u><-x>`);
  expect(await ok(box, ['plugin:list'])).toMatch(/^ +app +2\.1\.0/m);
});

test('file tasks of mise run in their project; programs on PATH where they are', async () => {
  using box = Sandbox.prepared();
  box.file(
    'proj/mise-tasks/build',
    `${SH}#MISE description="Build"\n#MISE alias="b"\n#MISE env={LEVEL="a b"}\n#MISE depends=["lint"]\n#USAGE flag "-f --force"\n#USAGE arg "<file>"\necho "$PWD|$MISE_ORIGINAL_CWD|$LEVEL|$*|$usage_force|$usage_file"\n`,
  );
  box.file('proj/mise-tasks/test/_default', `${SH}#MISE dir="{{cwd}}"\npwd\n`).file('proj/mise.toml', '[tasks.fmt]\nrun = "x"\n');
  const plan = await ok(box, ['plugin:import', 'proj']);
  expect(plan).toContain('depends of build (lint)   is not run first');
  expect(plan).toContain('is a task of mise.toml');
  expect(await ok(box, ['proj:b', 'x', '-f'], { cwd: box.home })).toBe(`${box.root}/proj|${box.home}|a b|x -f|true|x\n`);
  expect(await box.run(['proj:build'])).toMatchObject({ status: 2, stdout: '' });
  expect(await ok(box, ['proj:test'], { cwd: box.home })).toBe(`${box.home}\n`);

  box.file('bin/acme-hi', `${SH}# Say hi\necho "hi $0"\n`).file('bin/acme-', SH);
  mkdirSync(join(box.root, 'other'));
  writeFileSync(join(box.root, 'other/acme-bin'), readFileSync('/bin/true'));
  chmodSync(join(box.root, 'other/acme-bin'), 0o755);
  box.file('other/acme-hi', `${SH}echo no\n`);
  const env = { PATH: `${box.root}/bin:${box.root}/other:relative:${box.env.PATH}` };
  await ok(box, ['plugin:import', '--from-path', 'acme-'], { env });
  expect(await ok(box, ['acme:hi'])).toBe(`hi ${box.root}/bin/acme-hi\n`);
  expect(await ok(box, ['acme:bin'])).toBe('');
  expect(await ok(box, ['plugin:update', 'acme'], { env })).toContain('is up to date');
});

test('a folder with a pipe in it, and a line that says nothing, are refused before anything is changed', async () => {
  using box = Sandbox.prepared();
  box.file('ok/a', SH).file('d/x', SH);
  execFileSync('mkfifo', [join(box.root, 'ok/pipe')]);
  expect(await box.run(['plugin:import', 'ok'])).toMatchObject({
    status: 1,
    stderr: ` !     ${box.root}/ok is refused: "pipe" is neither a file nor a folder nor a link; nothing of it was installed\n`,
  });
  expect(existsSync(box.at('plugins/available/ok'))).toBe(false);
  expect(await box.run(['plugin:import'])).toMatchObject({ status: 2, stderr: expect.stringContaining('needs a folder or a file') });
  expect(await box.run(['plugin:import', 'd', '--as', 'spell'])).toMatchObject({ status: 2, stderr: expect.stringContaining('--as takes sub, mise') });
});
