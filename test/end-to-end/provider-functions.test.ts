import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProviderHost, runProvider } from '../support/provider-host.ts';
import { PACKAGE } from '../support/sandbox.ts';

const EXAMPLE = join(PACKAGE, 'examples/counter/counter.bash');
const ENV = { PLUGIN_CORE_AVAILABLE_PATH: join(PACKAGE, 'plugins') };

const ODD = `#!/usr/bin/env bash
set -eo pipefail
source "$PLUGIN_CORE_AVAILABLE_PATH/common/provider-functions"
provider_declare odd v2 $'two\\nlines "quoted"'
provider_auto_start
provider_instance --required odd/url
provider_content 'meta: { Name: odd }'
provider_action tell-all --required odd/a
provider_action fail
provider_action leave
provider_action missing
validate() { [[ ! \${BAD:-} ]] || provider_fail 'no licence'; echo checked; }
on_config() { [[ \${PROVIDER_CONFIG['odd/url']} != bad ]] || provider_fail --code 422 'the url is bad'; }
on_action_tell_all() { printf '%s|' "\${PROVIDER_PARAMS['odd/a']}" "\${PROVIDER_PARAMS['odd/b']}" "\${PROVIDER_MODEL[Name]}" "\${PROVIDER_JSON:0:1}"; [[ ! -t 0 ]] && wc -c; }
on_action_fail() {
  case "\${PROVIDER_PARAMS[kind]}" in
    status) echo 'it broke' >&2; exit 3 ;;
    code) provider_fail --code 7 'no such code' ;;
    text) echo 'just text' ;;
    number) echo 3 ;;
    nothing) provider_log debug quiet ;;
  esac
}
on_action_leave() { provider_leaving --code 403 bye; }
on_request() { printf '{"method": "%s", "path": "%s", "query": "%s", "body": "%s"}' "\${PROVIDER_REQUEST[method]}" "\${PROVIDER_REQUEST[path]}" "\${PROVIDER_REQUEST[query]}" "\${PROVIDER_REQUEST[body]}"; }
on_unpack() { echo unpacked >"$1/file"; }
on_stop() { provider_log info stopping; }
provider_main "$@"
`;

let root: string;
let odd: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tool-bash-provider-'));
  odd = join(root, 'odd');
  writeFileSync(odd, ODD);
  chmodSync(odd, 0o755);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const started = async (program: string, config: object): Promise<ProviderHost> => {
  const host = new ProviderHost();
  await host.start(program, ENV);
  expect(await host.call('config', config)).toMatchObject({ status: 200, body: { Code: 200 } });
  return host;
};

test('the example of the page is the one that runs here', () => {
  expect(readFileSync(join(PACKAGE, 'docs/provider-sdk.md'), 'utf8')).toContain(`\`\`\`bash\n${readFileSync(EXAMPLE, 'utf8')}\`\`\`\n`);
});

test('the example in bash does what the one in TypeScript does', async () => {
  await using host = await started(EXAMPLE, { Name: 'mine', 'counter/limit': 5, 'counter/token': 'hush-hush' });
  const increment = (Params?: object) => host.call('action', { Plugin: 'mine', Command: 'increment', Model: { Name: 'web.1' }, Params });
  expect(await increment({ 'counter/step': 3 })).toEqual({ status: 200, body: 3 });
  expect(await increment()).toEqual({ status: 200, body: 4 });
  expect(await increment({ 'counter/step': 2 })).toMatchObject({ status: 409, body: { Messages: ['web.1 is at its limit'], Code: 409 } });
  expect(host.told('publish')).toMatchObject([{ Type: 'counter', Action: 'incremented', Key: 'web.1', Object: { count: 3 } }, { Object: { count: 4 } }]);
  await host.call('publish', { Time: '', Type: 'machines', Action: 'delete', Key: 'web.1' });
  expect(await host.call('action', { Command: 'total' })).toEqual({ status: 200, body: 0 });
  expect(await host.send('GET', '/plugin-apis/mine/counts')).toMatchObject({ status: 404 });
  await host.call('stop');
  expect(await host.ended()).toEqual({ stdout: 'READY!\n', stderr: '', status: 0, signal: null });
  expect(host.messages).toEqual(['mine is configured']);
});

test('define, unpack, version and listen end as those of the SDK', async () => {
  const run = (words: string[], env = {}) => runProvider(odd, words, { ...ENV, RS_TOKEN: 'x', ...env });
  const { stdout, stderr, status } = await run(['define']);
  expect({ stderr, status }).toEqual({ stderr: 'checked\n', status: 0 });
  expect(JSON.parse(stdout)).toEqual({
    Name: 'odd',
    Version: 'v2',
    PluginVersion: 4,
    AutoStart: true,
    HasPublish: false,
    AvailableActions: ['tell-all', 'fail', 'leave', 'missing'].map((Command) => ({
      Provider: '',
      Model: '',
      Command,
      RequiredParams: Command === 'tell-all' ? ['odd/a'] : [],
      OptionalParams: [],
    })),
    RequiredParams: ['odd/url'],
    OptionalParams: [],
    Documentation: 'two\nlines "quoted"',
    Content: 'meta: { Name: odd }',
  });
  expect(await run(['define'], { BAD: '1' })).toMatchObject({ stdout: '', stderr: 'Error: no licence\n', status: 1 });
  expect(await run(['define'], { BAD: '1', RS_TOKEN: 'catalog' })).toMatchObject({ stderr: '', status: 0 });
  expect(await run(['unpack', join(root, 'files')])).toMatchObject({ stdout: '', status: 0 });
  expect(await run(['unpack', ''])).toMatchObject({ stderr: 'Error: Not a valid location: ``\n', status: 1 });
  expect(await run(['version'])).toMatchObject({ stdout: 'Version: v2\n', status: 0 });
  expect(await run(['nope'])).toMatchObject({ stderr: 'Error: unknown command "nope"\n', status: 1 });
  expect(await run(['listen', 'one'])).toMatchObject({ stdout: 'Failed\n', status: 1 });
});

test('a handler is told all as text, and what it prints is the answer', async () => {
  await using host = await started(odd, { Name: 'i', 'odd/url': 'u' });
  const call = (Command: string, Params: object, Model: unknown = {}) => host.call('action', { Command, Params, Model });
  const fail = (kind: string) => call('fail', { kind });
  const odd_a = 'a "b" $x `y`\n%s\\n é';
  expect(await call('tell-all', { 'odd/a': odd_a, 'odd/b': [1, { x: 'y' }] }, { Name: 'm', '': 1, '@': 2, '$(exit 9)]': 3 })).toEqual({
    status: 200,
    body: `${odd_a}|[1,{"x":"y"}]|m|{|0`,
  });
  expect(await call('tell-all', {})).toMatchObject({ status: 400, body: { Messages: ['Action tell-all Missing Parameter odd/a'] } });
  expect(await fail('text')).toEqual({ status: 200, body: 'just text' });
  expect(await fail('number')).toEqual({ status: 200, body: 3 });
  expect(await fail('nothing')).toEqual({ status: 200, body: null });
  expect(await fail('status')).toMatchObject({ status: 500, body: { Messages: ['it broke'], Code: 500 } });
  expect(await fail('code')).toMatchObject({ status: 500, body: { Messages: ['no such code'] } });
  expect(await call('missing', {})).toMatchObject({ status: 404, body: { Messages: ['there is no function on_action_missing'] } });
  expect(await call('leave', {})).toEqual({ status: 200, body: null });
  expect(host.told('leaving')).toMatchObject([{ Messages: ['bye'], Code: 403 }]);
  expect(await host.call('config', { 'odd/url': 'bad' })).toMatchObject({ status: 422, body: { Messages: ['the url is bad'] } });
  expect(await host.send('PUT', '/plugin-apis/i/a/b?c=d', 'text')).toEqual({ status: 200, body: { method: 'PUT', path: '/a/b', query: 'c=d', body: 'text' } });
  process.kill(host.pid, 'SIGTERM');
  expect(await host.ended()).toMatchObject({ status: 0, signal: null });
  expect(host.messages.at(-1)).toBe('stopping');
});
