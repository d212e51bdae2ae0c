import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.ts';
import { sliceOf } from '../support/slice.ts';

/** As dokku-acl has it: the command may be run, and the word behind it is an app that this person may touch. */
const GUARD = `#!/bin/sh
printf '[%s]' "$@" >>"$DOKKU_LIB_ROOT/asked"
echo >>"$DOKKU_LIB_ROOT/asked"
[ "$1" = tester ] && [ "$2" = default ] && exit 0
[ "$4" = myapp ]
`;
const DENIED = { stdout: '', status: 1 };
const routes = [{}, { TOOL_FAST: '0' }];

describe('who may touch one app cannot reach what is global by naming it', () => {
  let box: Sandbox;
  const bob = (line: string, env: Record<string, string> = {}) => box.run(['ignored'], { env: { ...env, NAME: 'bob', SSH_ORIGINAL_COMMAND: line } });
  const everything = async () =>
    Promise.all(
      ['config:export --global', 'config:export myapp', 'domains:report', 'apps:report --global', 'nginx:report --global'].map((line) =>
        box.run(line.split(' ')),
      ),
    );

  beforeAll(async () => {
    box = new Sandbox().dokkusSet();
    for (const line of ['apps:create myapp', 'apps:create hidden', 'config:set --global SECRET=everybody myapp=key', 'config:set myapp OWN=mine'])
      expect(await box.run(line.split(' '))).toMatchObject({ status: 0 });
    for (const line of ['domains:add hidden other.test', 'domains:add-global all.test', 'nginx:set --global client-max-body-size 5m'])
      expect(await box.run(line.split(' '))).toMatchObject({ status: 0 });
    box.plugin('acl', { 'user-auth': GUARD });
  });
  afterAll(() => box[Symbol.dispose]());

  test('what is theirs they see and change', async () => {
    expect(await bob('config:get myapp OWN')).toMatchObject({ stdout: 'mine\n', status: 0 });
    expect(await bob('--app myapp config:get OWN')).toMatchObject({ stdout: 'mine\n', status: 0 });
    expect(await bob('config:set --app=myapp MORE=1')).toMatchObject({ status: 0 });
  });

  // Each behind "config:", with the app named in every way there is.
  const words = ['show --global', 'get --global SECRET', 'get SECRET --global', 'export --global', 'set --global SECRET=x', 'set SECRET=x --global'];
  words.push('unset --global SECRET', 'unset SECRET --global', 'clear --global', 'keys --global', 'bundle --global', 'export --format json --global');
  test.each(sliceOf(words, 6))('config:%s', async (rest) => {
    const [command, ...args] = rest.split(' ');
    const before = await everything();
    const tail = args.join(' ');
    for (const env of routes) {
      const lines = [
        `config:${rest}`,
        `--app myapp config:${rest}`,
        `--app=myapp config:${rest}`,
        `config:${command} --app myapp ${tail}`,
        `config:${rest} --app myapp`,
        `config:${rest} --app=myapp`,
        `config:${command} myapp ${tail}`,
        `config:${command} ${tail} myapp`,
        `config:${command} -a myapp ${tail}`,
        `-- config:${command} myapp ${tail}`,
        `-- config:${command} --app myapp ${tail}`,
        `config:${command} myapp --quiet ${tail}`,
      ];
      for (const line of sliceOf(lines, 3)) {
        const { stdout, stderr, status } = await bob(line, { ...env, DOKKU_APP_NAME: 'myapp', TOOL_APP_NAME: 'myapp' });
        // A line that asks for JSON is told of its error in JSON.
        expect({ line, stdout: stdout.replace(/^\{"error":\{"code":"[a-z-]+","status":[12],.*\}\}\n$/, '') }).toEqual({ line, stdout: '' });
        expect(stdout).not.toContain('everybody');
        expect([1, 2]).toContain(status);
        expect(stderr).not.toContain('everybody');
      }
    }
    expect(await everything()).toEqual(before);
  });

  test.each([
    ['a key that is called like the app', 'config:get myapp --global', DENIED],
    ['domains of all apps', 'domains:clear myapp --all', DENIED],
    ['domains of all apps, by the flag first', 'domains:disable --all myapp', DENIED],
    ['domains of all apps, by --app', '--app myapp domains:clear --all', { stdout: '', status: 2 }],
    ['domains of all apps, behind --', '--app myapp domains:clear -- --all', { stdout: '', status: 1 }],
    ['global domains, by --app', '--app myapp domains:add-global evil.test', { stdout: '', status: 2 }],
    ['global domains cleared, by --app', 'domains:clear-global --app myapp', { stdout: '', status: 2 }],
    ['a property of all apps', '--app myapp nginx:set --global client-max-body-size 1m', { stdout: '', status: 2 }],
    ['a property of all apps, by the directory', 'nginx-vhosts:set myapp --global client-max-body-size', DENIED],
    ['apps of all', '--app myapp apps:set --global disable-autocreation true', { stdout: '', status: 2 }],
    ['apps of all, behind the app', 'apps:set myapp --global disable-autocreation true', DENIED],
    ['a report of all', 'report myapp --all', DENIED],
    ['a report of all, by --app', 'report --all --app myapp', { stdout: '', status: 2 }],
    ['a report of what is global', 'nginx:report myapp --global', DENIED],
    ['after --', 'config:show -- --global', DENIED],
  ])('%s', async (_, line, ended) => {
    const before = await everything();
    for (const env of routes) expect(await bob(line, env), line).toMatchObject(ended);
    expect(await everything()).toEqual(before);
  });

  test('a guard is told --global and --all right behind the command; a plugin of its own is told what was typed', async () => {
    box.plugin('thing', { 'subcommands/run': '#!/bin/sh\nexit 0\n' });
    rmSync(box.at('asked'));
    const told: [typed: string, asked: string][] = [
      ['config:get SECRET --global', '[config:get][--global][SECRET][--global]'],
      ['config:get --global SECRET', '[config:get][--global][SECRET]'],
      ['config:set myapp A=1 -- --global', '[config:set][myapp][A=1][--][--global]'],
      ['domains:enable --quiet --all', '[domains:enable][--all][--quiet][--all]'],
      ['docker-options:add myapp deploy --all', '[docker-options:add][myapp][deploy][--all]'],
      ['thing:run myapp --global', '[thing:run][myapp][--global]'],
      ['plugin:trigger myhook --all', '[plugin:trigger][myhook][--all]'],
    ];
    for (const [typed] of told) for (const env of routes) await box.run(typed.split(' '), { env });
    const { stdout } = await box.run([box.at('asked')], { command: 'cat' });
    expect(stdout).toBe(told.map(([, asked]) => `[tester][default]${asked}\n`.repeat(2)).join(''));
  });

  test('an inherited app gives way to --global', async () => {
    const env = { DOKKU_APP_NAME: 'myapp' };
    expect(await box.run(['config:get', 'OWN'], { env })).toMatchObject({ stdout: 'mine\n' });
    expect(await box.run(['config:get', '--global', 'SECRET'], { env })).toMatchObject({ stdout: 'everybody\n', status: 0 });
    expect(await box.run(['--app', 'myapp', 'config:get', '--global', 'SECRET'])).toEqual({
      stdout: '',
      stderr: ' !     --app is for one app, and --global for all of them; nothing was run; leave one of the two out\n',
      status: 2,
      signal: null,
    });
  });
});
