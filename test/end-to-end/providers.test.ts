import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definedAs, INCREMENTER } from '../support/providers.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';
import { serving } from '../support/serving.ts';

const at = (box: Sandbox, ...path: string[]) => box.at('data/provider', ...path);
const line = (text: string) => ` !     ${text}\n`;

test('a provider is installed, shown, verified, reloaded and removed', async () => {
  using box = Sandbox.prepared();
  const run = (...words: string[]) => box.run(words, { cwd: PACKAGE });
  const json = async (...words: string[]) => JSON.parse((await run(...words, '--json')).stdout);
  expect(await run('provider:install', 'examples/incrementer/incrementer')).toMatchObject({
    stdout: expect.stringMatching(/^-----> Provider incrementer v1\.0\.0 \(sha256:\w{12}.+\) installed\n$/),
    stderr: '',
    status: 0,
  });
  expect(await run('provider:list')).toMatchObject({ stdout: expect.stringMatching(/^incrementer +v1\.0\.0 +3 +0 /m), stderr: '' });
  const shown = await json('provider:show', 'incrementer');
  expect(shown).toMatchObject({ name: 'incrementer', generation: 1, sha256: createHash('sha256').update(readFileSync(INCREMENTER)).digest('hex') });
  expect(readFileSync(join(shown.files, 'README'), 'utf8')).toBe('The files of the incrementer.\n');
  expect(statSync(at(box)).mode & 0o777).toBe(0o700);
  expect(await json('content:list', 'params')).toHaveLength(4);
  expect(await run('content:show', 'params', 'incrementer/step')).toMatchObject({ stdout: expect.stringContaining('"default": 1'), status: 0 });
  expect(await run('content:show', 'params', 'incrementer/stop')).toMatchObject({
    stderr: expect.stringContaining('did you mean incrementer/step?'),
    status: 1,
  });

  expect(await run('provider:install', INCREMENTER)).toMatchObject({ stderr: expect.stringContaining('replace it with --replace'), status: 1 });
  expect(await run('provider:install', '--replace', '--dry-run', INCREMENTER)).toMatchObject({ stdout: expect.stringMatching(/^would replace incrementer/) });
  expect(await run('provider:verify')).toMatchObject({ stdout: 'incrementer is what was installed\n', status: 0 });
  appendFileSync(shown.program, '// changed\n');
  expect(await run('provider:verify', 'incrementer')).toMatchObject({ stderr: expect.stringContaining('is not what was installed'), status: 1 });
  expect(await json('provider:reload', 'incrementer')).toMatchObject({ name: 'incrementer', replaced: true });
  expect(await json('provider:show', 'incrementer')).toMatchObject({ generation: 2 });
  expect(await run('provider:verify')).toMatchObject({ status: 0 });

  expect(await run('provider:remove', 'incrementer')).toMatchObject({ stdout: '-----> Provider incrementer removed\n', status: 0 });
  expect(await run('provider:show', 'incrementer')).toMatchObject({
    stderr: line('There is no provider incrementer; see those that are installed with provider:list'),
    status: 1,
  });
  expect([readdirSync(at(box, 'installed')), readdirSync(at(box, '.staging'))]).toEqual([[], []]);
});

test('what cannot be used is refused in one line, and leaves nothing', async () => {
  using box = Sandbox.prepared();
  box
    .file('loud', definedAs('loud').replace('case', 'echo starting\ncase'))
    .file('failing', '#!/bin/sh\necho no licence >&2\nexit 1\n')
    .file('endless', '#!/bin/sh\nwhile :; do echo 0123456789012345678901234567890123456789012345678901234567890123456789; done\n')
    .file('elsewhere', '#!/nowhere/sh\n')
    .file('unable', definedAs('unable', {}, 'exit 3'))
    .file('without', definedAs('without'))
    .file('linking', definedAs('linking', {}, 'mkdir "$2" && ln -s /etc "$2/out"'));
  const sum = '0'.repeat(64);
  for (const [words, message] of [
    [['./loud'], '`loud define` printed no JSON object; nothing else may be printed on its standard output'],
    [['./failing'], '`failing define` failed with status 1: no licence; run it by hand, or tell its author'],
    [['./endless'], '`endless define` printed more than 4 MiB; run it by hand, or tell its author'],
    [
      ['./elsewhere'],
      '`elsewhere define` cannot be started: it is not executable, of another machine, or its interpreter is missing; run it by hand, or tell its author',
    ],
    [['./nowhere'], './nowhere is neither a file, nor a URL, nor a plugin that carries a provider; give the program of a provider'],
    [
      [INCREMENTER, '--sha256', sum],
      `${INCREMENTER} has the sha256 ${createHash('sha256').update(readFileSync(INCREMENTER)).digest('hex')}, not ${sum}; do not use it unless you know why`,
    ],
  ] as const)
    expect(await box.run(['provider:install', ...words])).toMatchObject({ stdout: '', stderr: line(message), status: 1 });
  expect(await box.run(['provider:install', './linking'])).toMatchObject({ stderr: line('linking unpacked no files: out is a symbolic link'), status: 0 });
  expect(await box.run(['provider:install', './unable'])).toMatchObject({ stderr: line('unable unpacked no files: failed with status 3'), status: 0 });
  // Unpacking is optional.
  expect(await box.run(['provider:install', './without'])).toMatchObject({ stderr: '', status: 0 });
  expect(readdirSync(at(box, 'installed')).sort()).toEqual(['linking', 'unable', 'without']);
  expect(existsSync(at(box, 'installed/linking/1/files'))).toBe(false);
  expect(readdirSync(at(box, '.staging'))).toEqual([]);
});

test('define and unpack see little of the environment, and stand in a directory of their own', async () => {
  using box = Sandbox.prepared();
  box.file('curious', definedAs('curious').replace('define)', `define) env | sort > ${join(box.root, 'seen')}; pwd >> ${join(box.root, 'seen')};`));
  expect(await box.run(['provider:install', './curious'], { env: { AWS_SECRET: 'x' } })).toMatchObject({ status: 0 });
  const seen = readFileSync(join(box.root, 'seen'), 'utf8').trimEnd().split('\n');
  expect(seen.at(-1)).toContain('/data/provider/.staging/');
  const names = seen.slice(0, -1).map((one) => one.split('=', 1)[0]);
  expect(names.filter((name) => !['OLDPWD', 'SHLVL', '_'].includes(name ?? ''))).toEqual([
    'HOME',
    'LANG',
    'PATH',
    'PLUGIN_CORE_AVAILABLE_PATH',
    'PWD',
    'RS_ENDPOINT',
    'RS_TOKEN',
    'TOOL_NODE',
    'TOOL_PACKAGE',
    'USER',
  ]);
});

test('a provider comes from a URL, and a plugin may carry one', async () => {
  using box = Sandbox.prepared();
  await using server = await serving((_, response) => response.end(readFileSync(INCREMENTER)));
  expect(await box.run(['provider:install', `${server.url}/incrementer?token=abc`, '--json'])).toMatchObject({ stderr: '', status: 0 });
  const { source } = JSON.parse((await box.run(['provider:show', 'incrementer', '--json'])).stdout);
  expect(source).toEqual({ kind: 'url', place: `${server.url}/incrementer?token=***` });

  box.plugin('greet', { 'plugin.toml': '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n', provider: definedAs('greeter', { AutoStart: true }) });
  expect(await box.run(['provider:list'])).toMatchObject({ stdout: expect.stringMatching(/^greet +not installed +0 +0 +plugin greet$/m) });
  expect(await box.run(['provider:install', 'greet'])).toMatchObject({ stdout: expect.stringContaining('-----> Instance greeter created\n'), status: 0 });
  appendFileSync(box.at('plugins/available/greet/provider'), '# changed\n');
  expect(await box.run(['provider:verify', 'greeter'])).toMatchObject({ stderr: expect.stringContaining('is not what was installed'), status: 1 });
  expect(await box.run(['provider:reload', 'greeter'])).toMatchObject({ stdout: expect.stringContaining('reloaded'), status: 0 });
  expect(await box.run(['provider:remove', 'greeter'])).toMatchObject({ stderr: expect.stringContaining('has instances: greeter'), status: 1 });
});
