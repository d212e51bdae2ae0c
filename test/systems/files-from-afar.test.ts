import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Sandbox, TOOL } from '../support/sandbox.ts';

const routes = [{}, { TOOL_FAST: '0' }];

describe('a forced command reads standard input, and no file of the server', () => {
  let box: Sandbox;
  let secret: string;
  const far = (line: string, { env = {}, ...options }: { env?: Record<string, string>; stdin?: string; command?: string } = {}) =>
    box.run([], { ...options, env: { ...env, NAME: 'bob', SSH_ORIGINAL_COMMAND: line } });

  beforeAll(async () => {
    box = new Sandbox().dokkusSet();
    for (const app of ['myapp', 'hidden']) await box.run(['apps:create', app]);
    await box.run(['config:set', 'hidden', 'TOKEN=abc123']);
    secret = box.at('config/hidden/ENV');
    box.file('src/greet/plugin.toml', '[plugin]\nversion = "1"\n').file('src/greet/subcommands/say', '#!/bin/sh\necho hello\n');
    box.file('rc', '');
  });
  afterAll(() => box[Symbol.dispose]());

  test('what is piped is taken', async () => {
    for (const env of routes) {
      expect(await far('config:import myapp -', { env, stdin: 'PIPED=1\n' })).toMatchObject({ status: 0 });
      expect(await far('config:get myapp PIPED', { env })).toMatchObject({ stdout: '1\n' });
    }
  });

  test.each([
    ['config:import myapp SECRET'],
    ['--app myapp config:import SECRET'],
    ['config:import --format json --replace myapp SECRET'],
    ['config:import myapp -- SECRET'],
    ['config:import --global SECRET'],
    ['config:import myapp /dev/fd/0'],
    ['config:import myapp /no/such'],
    ['certs:add myapp SECRET SECRET'],
    ['certs:update myapp SECRET /no/such'],
    ['certs:add --app myapp SECRET SECRET'],
    ['nginx:set myapp access-log-path SECRET'],
    ['nginx:set --global error-log-path SECRET'],
    ['nginx:set --global nginx-service-command /bin/echo'],
    ['plugin:install ROOT/src/greet'],
    ['plugin:install --link ROOT/src/greet'],
    ['plugin:install https://127.0.0.1:1/greet.git ROOT/src/greet'],
    ['plugin:link ROOT/src/greet'],
    ['plugin:link --helm'],
    ['plugin:install file://ROOT/src/greet'],
    ['plugin:install file:ROOT/src/greet.tgz'],
    ['plugin:install ROOT/src/greet.tgz'],
    ['plugin:update greet --from ROOT/src/greet'],
    ['plugin:lock --file ROOT/written'],
    ['plugin:sync --file SECRET'],
    ['plugin:test ROOT/src/greet'],
    ['repository:add acme ROOT/src/greet'],
    ['repository:add acme file://ROOT/src/greet'],
    ['repository:import SECRET'],
    ['repository:yank ROOT/index.yaml x --undo'],
    ['repository:index -binaries-path ROOT/src'],
    ['repository:package ROOT/src --output ROOT/written'],
    ['repository:lint ROOT/src/greet/plugin.toml'],
    ['repository:serve ROOT'],
    ['repository:page ROOT/index.yaml --output ROOT/written'],
    ['addon:source:add kotsadm ROOT/src/greet'],
    ['addon:versions --host-version v2022.10.06-0 --registry ROOT'],
    ['addon:install kotsadm --host-version v2022.10.06-0 --registry file://ROOT'],
    ['addon:versions --host-version v2022.10.06-0 --supported SECRET'],
    ['addon:resolve SECRET --output ROOT/written'],
    ['addon:apply SECRET'],
    ['addon:publish --name a --version 1 --url https://example.org/a.tar.gz --range * --output ROOT/written'],
    ['addon:promote 1 --output SECRET'],
    ['addon:mirror --to ROOT/written'],
    ['bundle:create SECRET -o ROOT/written'],
    ['bundle:info SECRET'],
    ['bundle:install SECRET'],
    ['repository:mirror --to s3://bucket'],
    ['plugin:package ROOT/src/greet --destination ROOT/written'],
    ['plugin:push ROOT/src/greet.tgz oci://example.org/greet'],
    ['docs:generate ROOT/written'],
    ['plugin:verify SECRET'],
    ['content:bundle ROOT/src -o ROOT/written/content.yaml'],
    ['content:document ROOT/src'],
    ['provider:new hello --directory ROOT/written'],
    ['instance:create a1 --provider greet --params-file SECRET'],
    ['action:run go --model machines --id m1 --object-file SECRET'],
    ['plugin:test'],
    ['plugin:import ROOT/src/greet'],
    ['plugin:import --from-path git- --dry-run'],
  ])('%s', async (line) => {
    const typed = line.replaceAll('SECRET', secret).replaceAll('ROOT', box.root);
    // What the far end sends decides nothing.
    for (const sent of [{}, { TOOL_MAY_NAME_FILES: '1', DOKKU_MAY_NAME_FILES: '1', TOOL_STDIN_ONLY: '', TOOL_ABI: `tool:${box.home}` }]) {
      for (const env of routes) {
        const { stdout, stderr, status } = await far(typed, { env: { ...env, ...sent }, stdin: 'A=1\n' });
        expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
        expect(stderr).toMatch(/of the server cannot be named by a remote user/);
        expect(stderr).not.toContain('abc123');
      }
    }
    expect(existsSync(join(box.root, 'written'))).toBe(false);
  });

  test('an index is linted by its URL, and nothing of it is run', async () => {
    const { stderr, status } = await far('repository:lint https://example.com/index.yaml --try');
    expect({ stderr, status }).toEqual({ stderr: ' !     --try runs what an index lists, and a remote user cannot ask for it; leave --try out\n', status: 1 });
  });

  test.each([
    'fetch file://SECRET',
    'fetch FILE://SECRET',
    'core-fetch file:SECRET',
    'fetch http://127.0.0.1:1/',
    'fetch x://y --cert-file SECRET -o ROOT/written',
  ])('nothing is fetched: %s', async (line) => {
    const said = await far(line.replaceAll('SECRET', secret).replaceAll('ROOT', box.root));
    const refusal = ' !     What the server can reach cannot be fetched by a remote user; fetch it from a machine of your own\n';
    expect(said).toMatchObject({ stdout: '', stderr: refusal, status: 1 });
  });

  test.each(['provider:install https://example.org/p', 'provider:reload greet', 'provider:remove greet', 'serve --listen 127.0.0.1:0', 'serve:stop'])(
    'no program is had run: %s',
    async (line) => {
      const refusal = ' !     Which programs the server runs is not for a remote user to say; ask whoever runs the server\n';
      expect(await far(line)).toMatchObject({ stdout: '', stderr: refusal, status: 1 });
    },
  );

  test('no program of a plugin is had run, and no variable of the server passed on', async () => {
    box.plugin('carrier', { provider: `#!/bin/sh\necho ran >${box.root}/written\n` });
    for (const [line, refusal] of [
      ['instance:create a1 --provider carrier', 'Which programs the server runs is not for a remote user to say'],
      ['serve:ui', 'The page of the supervisor is not for a remote user'],
      ['instance:create a1 --provider greet --env SECRET', 'The environment of the server is not for a remote user to pass on'],
    ] as const)
      expect(await far(line)).toMatchObject({ stdout: '', stderr: expect.stringContaining(refusal), status: 1 });
    expect(existsSync(join(box.root, 'written'))).toBe(false);
  });

  test('no script is read for its arguments', async () => {
    for (const line of [`args ${secret}`, `args --shell sh ${secret}`, `core-args ${secret}`]) {
      expect(await far(line)).toMatchObject({ stdout: '', stderr: ' !     args reads a file of the server, which a remote user cannot name\n', status: 1 });
    }
  });

  test('the message says how it is piped', async () => {
    expect((await far(`config:import myapp ${secret}`)).stderr).toBe(
      ' !     A file of the server cannot be named by a remote user; pipe yours to standard input: config:import myapp - <FILE\n',
    );
    expect((await far(`certs:add myapp ${secret} x`)).stderr).toContain('tar cf - server.crt server.key, piped to certs:add myapp');
  });

  test('nobody on the machine is held to it, nor a command that a plugin runs', async () => {
    expect(await box.run(['config:import', 'myapp', secret])).toMatchObject({ status: 0 });
    box.plugin('helper', { 'subcommands/copy': '#!/bin/sh\nexec dokku config:import "$2" "$3"\n' });
    expect(await far(`helper:copy myapp ${secret}`)).toMatchObject({ status: 0 });
  });

  test("the administrator's rc file allows it, under the brand's name too", async () => {
    const acme = join(box.root, 'acme');
    symlinkSync(TOOL, acme);
    expect(await far(`config:import myapp ${secret}`, { command: acme, env: { ACME_MAY_NAME_FILES: '1' } })).toMatchObject({ status: 1 });
    box.file('sandbox/home/root/dokkurc', 'export TOOL_MAY_NAME_FILES=1\n');
    expect(await far(`config:import myapp ${secret}`)).toMatchObject({ status: 0 });
    box.file('sandbox/home/root/dokkurc', 'ACME_MAY_NAME_FILES=1\n');
    expect(await far(`config:import myapp ${secret}`)).toMatchObject({ status: 1 });
    expect(await far(`config:import myapp ${secret}`, { command: acme })).toMatchObject({ status: 0 });
  });
});
