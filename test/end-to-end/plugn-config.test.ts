import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bare, ok, PLUGN, plugn } from '../support/plugn.ts';
import { quoted, Sandbox } from '../support/sandbox.ts';
import { asOrdinaryUser } from '../support/unprivileged.ts';

const at = (box: Sandbox, ...path: string[]): string => join(box.root, 'plugins', ...path);
const TELL = '#!/bin/sh\nenv | grep "^CONFIG_" | sort\n';

/** A plugin path with one enabled plugin, `my-app`, that declares keys. */
function furnished(...keys: string[]): Sandbox {
  const box = new Sandbox();
  box.file('plugins/config.toml', '').file('plugins/available/my-app/hook', TELL);
  box.file('plugins/available/my-app/plugin.toml', `[plugin]\nversion = "1"\n[plugin.config]\n${keys.map((key) => `${key} = "what it is"\n`).join('')}`);
  mkdirSync(at(box, 'enabled'));
  symlinkSync('../available/my-app', at(box, 'enabled/my-app'));
  return box;
}

test('what plugn config set sets is what plugn config get, plugn config export and the next trigger give', async () => {
  using box = furnished('log-level', 'other');
  expect(await plugn(box, ['trigger', 'hook'])).toEqual(ok('CONFIG_LOG_LEVEL=\nCONFIG_OTHER=\n'));
  expect(await plugn(box, ['config', 'set', 'my-app', 'log-level', 'debug'])).toEqual(ok());
  expect(await plugn(box, ['config', 'get', 'my-app', 'log-level'])).toEqual(ok('debug\n'));
  expect(await plugn(box, ['config', 'export', 'my-app'])).toEqual(ok("export CONFIG_LOG_LEVEL='debug'\nexport CONFIG_OTHER=''\n"));
  expect(await plugn(box, ['trigger', 'hook'])).toEqual(ok('CONFIG_LOG_LEVEL=debug\nCONFIG_OTHER=\n'));
  const env = { MY_APP_LOG_LEVEL: "o'er", MY_APP_OTHER: '' };
  expect(await plugn(box, ['config', 'export', 'my-app'], { env })).toEqual(ok("export CONFIG_LOG_LEVEL='o'\\''er'\nexport CONFIG_OTHER=''\n"));
  expect(await plugn(box, ['config', 'get', 'my-app', 'log-level'], { env })).toEqual(ok('debug\n'));
});

test('after set, a trigger needs no Node', async () => {
  using box = furnished('k');
  await plugn(box, ['config', 'set', 'my-app', 'k', 'v']);
  const shell = { PATH: join(box.root, 'bin') };
  for (const program of ['env', 'grep', 'sort', 'sh', 'readlink']) box.file(`bin/${program}`, `#!/bin/sh\nexec /usr/bin/${program} "$@"\n`);
  expect(await plugn(box, ['trigger', 'hook'], { env: shell })).toEqual(ok('CONFIG_K=v\n'));
  expect(await plugn(box, ['config', 'get', 'my-app', 'k'], { env: shell })).toMatchObject({
    status: 127,
    stderr: ' !     node is not on PATH; plugn config needs Node 20.19 or newer: install it or put it on PATH\n',
  });
  expect(await plugn(box, ['config', 'get', 'my-app', 'k'], { env: { ...shell, TOOL_NODE: process.execPath } })).toEqual(ok('v\n'));
});

test('any value comes back through get, export and the trigger, and is never evaluated', async () => {
  using box = furnished('k');
  box.file('plugins/available/my-app/hook', '#!/bin/sh\nprintf "%s|" "$CONFIG_K"\n');
  const script = 'eval "$("$0" config export my-app)"; printf "%s|" "$CONFIG_K"';
  for (const value of ['', '-v', '--help', '$(touch hacked)', '`touch hacked`', 'a "b" \'c\' \\d \\n', 'two\nlines\n', ' \t', '# x', '[q]', 'ünï\u{1f600}']) {
    expect(await plugn(box, ['config', 'set', 'my-app', 'k', value])).toEqual(ok());
    const bytes = Buffer.from(value).toString('latin1');
    expect(await plugn(box, ['config', 'get', 'my-app', 'k'])).toEqual(ok(`${bytes}\n`));
    expect(await box.run(['-c', script, PLUGN], { command: 'bash', env: bare(box) })).toEqual(ok(`${bytes}|`));
    expect(await plugn(box, ['trigger', 'hook'])).toEqual(ok(`${bytes}|`));
  }
  expect(existsSync(join(box.root, 'hacked'))).toBe(false);
});

test('set keeps the rest of the file, its mode, and a link to it', async () => {
  using box = furnished('k');
  const before = '# ours\n[other]   # theirs\nx = 1\n\n[my-app]\nk = "old" # why\nz = [\n  1, # one\n]\n';
  box.file('real.toml', before, 0o640);
  rmSync(at(box, 'config.toml'));
  symlinkSync('../real.toml', at(box, 'config.toml'));
  await plugn(box, ['config', 'set', 'my-app', 'k', 'new']);
  expect(readFileSync(join(box.root, 'real.toml'), 'utf8')).toBe(before.replace('"old"', '"new"'));
  expect(statSync(join(box.root, 'real.toml')).mode & 0o777).toBe(0o640);
  await plugn(box, ['config', 'set', 'third', 'a key', 'v']);
  expect(readFileSync(join(box.root, 'real.toml'), 'utf8')).toBe(`${before.replace('"old"', '"new"')}\n[third]\n"a key" = "v"\n`);
  expect(await plugn(box, ['config', 'get', 'third', 'a key'])).toEqual(ok('v\n'));
});

test('ten at once lose nothing', async () => {
  using box = furnished();
  const keys = Array.from({ length: 10 }, (_, index) => `key${index}`);
  const results = await Promise.all(keys.map((key) => plugn(box, ['config', 'set', 'my-app', key, key])));
  expect(results.map(({ status }) => status)).toEqual(keys.map(() => 0));
  const lines = readFileSync(at(box, 'config.toml'), 'utf8').split('\n');
  expect(lines.sort()).toEqual(['', '[my-app]', ...keys.map((key) => `${key} = "${key}"`)].sort());
});

test('what is not there is told apart', async () => {
  using box = furnished();
  writeFileSync(at(box, 'config.toml'), '[my-app]\nnumber = 42\n');
  expect(await plugn(box, ['config', 'get', 'my-app', 'number'])).toEqual(ok('42\n'));
  expect(await plugn(box, ['config', 'get', 'my-app', 'k'])).toEqual({ ...ok('\n'), stderr: ' !     config.toml has no k for the plugin my-app\n' });
  expect(await plugn(box, ['config', 'get', 'constructor', 'name'])).toMatchObject({ status: 1, stdout: '' });
  expect(await plugn(box, ['config', 'export', 'my-app'])).toEqual(ok());
  expect(await plugn(box, ['config', 'export', 'nope'])).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('Plugin (nope) is not installed'),
  });
});

test('what cannot be understood is left alone and named', async () => {
  using box = furnished('k');
  for (const [text, part] of [
    ['[my-app\n', 'config.toml:1:'],
    ['my-app = 1\n', 'my-app is not a table'],
  ] as const) {
    writeFileSync(at(box, 'config.toml'), text);
    const { status, stderr } = await plugn(box, ['config', 'set', 'my-app', 'k', 'v']);
    expect({ status, lines: stderr.trim().split('\n').length }).toEqual({ status: 1, lines: 1 });
    expect(stderr).toContain(part);
    expect(readFileSync(at(box, 'config.toml'), 'utf8')).toBe(text);
  }
  writeFileSync(at(box, 'config.toml'), Buffer.from('[x]\nk = "\xff"\n', 'latin1'));
  expect(await plugn(box, ['config', 'set', 'my-app', 'k', 'v'])).toMatchObject({ status: 1, stderr: expect.stringContaining('is not UTF-8') });
  writeFileSync(at(box, 'config.toml'), '');
  const words = ['config', 'set', 'my-app', 'k', Buffer.from([0xff])].map((word) => quoted(word).toString('latin1')).join(' ');
  box.file('raw', Buffer.from(`#!/bin/sh\nexec "${PLUGN}" ${words}\n`, 'latin1'), 0o755);
  expect(await box.run([], { command: join(box.root, 'raw'), env: bare(box) })).toMatchObject({ status: 2, stderr: expect.stringContaining('are not UTF-8') });
  expect(readFileSync(at(box, 'config.toml'), 'utf8')).toBe('');
});

test('a hook may configure its plugin while it is being installed', async () => {
  using box = new Sandbox();
  box.file('src/greet/plugin.toml', '[plugin]\nversion = "1"\n[plugin.config]\nk = ""\n').file('src/greet/hook', TELL);
  box.file('src/greet/install', '#!/bin/sh\nplugn config set greet k "from its hook"\n');
  expect(await box.run(['plugin:install', join(box.root, 'src/greet')])).toMatchObject({ status: 0, stderr: '' });
  expect(await box.run(['plugin:trigger', 'hook'])).toEqual(ok('CONFIG_K=from its hook\n'));
});

test('who may not write it is told so', async () => {
  using box = furnished('k');
  const { command, uid } = asOrdinaryUser(box);
  const as = { command: command.replace(/tool$/, 'plugn'), uid };
  expect(await plugn(box, ['config', 'set', 'my-app', 'k', 'v'], as)).toEqual(ok());
  expect(await plugn(box, ['trigger', 'hook'], as)).toEqual(ok('CONFIG_K=v\n'));
  chmodSync(at(box), 0o555);
  expect(await plugn(box, ['config', 'set', 'my-app', 'k', 'w'], as)).toMatchObject({
    status: 1,
    stderr: ` !     Cannot write the configuration: ${at(box, 'config.toml')} (EACCES); run this as the user that owns it\n`,
  });
  chmodSync(at(box), 0o755);
  expect(await plugn(box, ['config', 'get', 'my-app', 'k'], as)).toEqual(ok('v\n'));
});
