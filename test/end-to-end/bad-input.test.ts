import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { PACKAGE, type RunResult, Sandbox } from '../support/sandbox.ts';
import { asOrdinaryUser, NOBODY } from '../support/unprivileged.ts';

const HELLO = { 'plugin.toml': '[plugin]\ndescription = "says hi"\nversion = "1.0.0"\n[plugin.config]\n', 'subcommands/hi': '#!/bin/sh\necho hi\n' };

/** Our own error lines; a failed exec may have the shell's line in front of them. */
const lines = (result: RunResult): string[] => result.stderr.split('\n').filter((line) => line.startsWith(' !     '));

function expectOneLine(result: RunResult, status: number, ...parts: string[]): void {
  expect(result.status).toBe(status);
  expect(lines(result)).toHaveLength(1);
  for (const part of parts) expect(lines(result)[0]).toContain(part);
  expect(result.stderr).not.toMatch(/^\s+at /m);
}

/** Puts a stand-in where the rendered environment says that Node is. */
function replaceNode(box: Sandbox, script: string): void {
  box.file('fake/node', script);
  const folder = box.at('env', PACKAGE.slice(1));
  const file = join(folder, readdirSync(folder)[0] ?? '');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/TOOL_NODE='[^']*'/, `TOOL_NODE='${join(box.root, 'fake/node')}'`));
}

describe('plugin.toml', () => {
  test.each([
    ['missing', undefined, 'plugin.toml is missing'],
    ['broken', '[plugin]\nversion = "1\n', 'plugin.toml:2:'],
    ['without [plugin]', 'x = 1\n', 'has no [plugin] table'],
  ])('%s: one line, the row is still listed, the plugin still runs', async (_, text, message) => {
    using box = Sandbox.prepared();
    box.plugin('odd', { 'subcommands/hi': HELLO['subcommands/hi'], ...(text ? { 'plugin.toml': text } : {}) }).plugin('fine', HELLO);
    const listed = await box.run(['plugin:list']);
    expectOneLine(listed, 0, message);
    expect(listed.stdout).toMatch(/^ {2}odd +- +enabled$/m);
    expect(listed.stdout).toMatch(/^ {2}fine +1\.0\.0 enabled +says hi$/m);
    expect(await box.run(['odd:hi'])).toEqual({ stdout: 'hi\n', stderr: '', status: 0, signal: null });
  });

  test('with CRLF line ends is read', async () => {
    using box = Sandbox.prepared();
    box.plugin('crlf', { ...HELLO, 'plugin.toml': HELLO['plugin.toml'].replaceAll('\n', '\r\n') });
    const { stdout, stderr } = await box.run(['plugin:list']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^ {2}crlf +1\.0\.0 enabled +says hi$/m);
  });
});

describe('a plugin that cannot be run', () => {
  test('a dangling enabled link is named with its remedy, which works', async () => {
    using box = Sandbox.prepared();
    box.plugin('fine', HELLO);
    symlinkSync('../available/ghost', box.at('plugins/enabled/ghost'));
    expectOneLine(await box.run(['ghost:x']), 126, '/plugins/enabled/ghost cannot be run', 'a dangling link', 'tool plugin:disable ghost');
    expectOneLine(await box.run(['plugin:list']), 0, 'ghost is a dangling link');
    expect(await box.run(['fine:hi'])).toMatchObject({ stdout: 'hi\n', status: 0 });
    expect(await box.run(['plugin:disable', 'ghost'])).toMatchObject({ status: 0 });
    expect(await box.run(['plugin:list'])).toMatchObject({ status: 0, stderr: '' });
  });

  test('a subcommand that is not executable is named with its remedy', async () => {
    using box = Sandbox.prepared();
    box.plugin('odd', { 'subcommands/x': 'echo never\n' });
    expectOneLine(await box.run(['odd:x']), 126, '/odd/subcommands/x', 'not executable', 'chmod +x');
  });

  test.each(['0', '1'])('a #! line that ends in a carriage return is named (TOOL_FAST=%s)', async (fast) => {
    using box = Sandbox.prepared();
    box.plugin('odd', { 'subcommands/x': '#!/usr/bin/env bash\r\necho never\r\n', 'subcommands/y': '#!/bin/sh\r\necho never\r\n' }).plugin('fine', HELLO);
    const env = { TOOL_FAST: fast };
    const direct = await box.run(['odd:y'], { env });
    expectOneLine(direct, 127, '/odd/subcommands/y', 'carriage return', 'Unix line ends');
    // Here the kernel starts env, and env's own line is what there is.
    expect(await box.run(['odd:x'], { env })).toMatchObject({ status: 127, stdout: '', stderr: expect.stringMatching(/bash\\r.*No such file/) });
    expect(await box.run(['fine:hi'], { env })).toMatchObject({ stdout: 'hi\n', status: 0 });
  });

  test('an interpreter that is not there is named', async () => {
    using box = Sandbox.prepared();
    box.plugin('odd', { 'subcommands/x': '#!/no/such/interpreter\n' });
    expectOneLine(await box.run(['odd:x']), 127, '/odd/subcommands/x', 'install /no/such/interpreter');
  });

  test.each(['a b', 'x;y', '-x', 'x$(id)'])('a directory in enabled/ named %j is skipped with a line, and nothing of it runs', async (name) => {
    using box = Sandbox.prepared();
    box.plugin(name, { commands: '#!/bin/sh\necho hostile\n', 'subcommands/hi': HELLO['subcommands/hi'] }).plugin('fine', HELLO);
    const unknown = await box.run([`${name}:hi`]);
    expect(unknown).toMatchObject({ stdout: '', status: name.startsWith('-') ? 2 : 1 });
    const looped = await box.run(['nothing']);
    expect(looped.stdout).toBe('');
    expect(lines(looped)[0]).toContain(JSON.stringify(box.at('plugins/enabled', name)));
    expect(await box.run(['fine:hi'])).toMatchObject({ stdout: 'hi\n', status: 0 });
  });

  test.each(['a b', '../x', 'x;y', '.', '..', '-x', ''])('plugin:install refuses the name %j and changes nothing', async (name) => {
    using box = Sandbox.prepared();
    box.file('src/plugin.toml', HELLO['plugin.toml']);
    await box.run(['version']);
    const before = readdirSync(box.at('plugins/available'));
    const refused = await box.run(['plugin:install', join(box.root, 'src'), `--name=${name}`]);
    expectOneLine(refused, 1, `"${name}" cannot be a plugin's name`, '--name');
    expect(readdirSync(box.at('plugins/available'))).toEqual(before);
    for (const command of ['plugin:enable', 'plugin:disable', 'plugin:uninstall']) {
      expect(await box.run([command, '--', name])).toMatchObject({ status: 1, stdout: '' });
    }
    expect(readdirSync(box.root).sort()).toEqual(['sandbox', 'src']);
  });
});

describe('the home', () => {
  test('that cannot be made is named', async () => {
    using box = Sandbox.prepared();
    const options = asOrdinaryUser(box);
    box.file('shut/x', '');
    chmodSync(join(box.root, 'shut'), 0o555);
    for (const argv of [['version'], ['plugin:list'], ['hello:world']]) {
      expectOneLine(
        await box.run(argv, { ...options, env: { TOOL_HOME: join(box.root, 'shut/home') } }),
        1,
        join(box.root, 'shut/home'),
        'EACCES',
        'TOOL_HOME',
      );
    }
  });

  test('that is to be where nothing can be made is named, and no loop', async () => {
    using box = Sandbox.prepared();
    expectOneLine(await box.run(['version'], { env: { TOOL_HOME: '/proc/nope' } }), 1, 'Cannot make the home /proc/nope', 'TOOL_HOME');
  });

  test('that has no place to be says what to set', async () => {
    using box = Sandbox.prepared();
    const options = asOrdinaryUser(box);
    const env = { TOOL_HOME: undefined, HOME: undefined };
    expectOneLine(await box.run(['plugin:list'], { ...options, env }), 1, 'HOME is not set', 'TOOL_HOME');
    for (const word of ['version', '--version', '-v']) {
      expect(await box.run([word], { ...options, env })).toEqual({ stdout: 'tool version 0.1.0\n', stderr: '', status: 0, signal: null });
    }
  });

  test('that is relative is refused by the name of what names it, and makes no folder', async () => {
    using box = Sandbox.prepared();
    const { command, uid } = asOrdinaryUser(box);
    const relative = (name: string, value: string, remedy = 'begin it with a slash') =>
      ` !     ${name} is not an absolute path, and ${value} would be another place in every directory; ${remedy}\n`;
    const tilde = 'a shell replaces ~ only where it is not quoted';
    for (const [env, line] of [
      [{ TOOL_HOME: '~/x' }, relative('TOOL_HOME', '~/x', tilde)],
      [{ TOOL_HOME: 'x' }, relative('TOOL_HOME', 'x')],
      [{ TOOL_HOME: './x' }, relative('TOOL_HOME', './x')],
      [{ TOOL_HOME: undefined, DOKKU_LIB_PATH: 'lib' }, relative('DOKKU_LIB_PATH', 'lib')],
      [{ TOOL_HOME: undefined, HOME: 'there' }, relative('HOME', 'there/.local/share/tool')],
    ] as const) {
      expect(await box.run(['plugin:list'], { command, uid, env })).toEqual({ stdout: '', stderr: line, status: 1, signal: null });
    }
    symlinkSync(command, join(box.root, 'acme'));
    expect((await box.run(['plugin:list'], { command: join(box.root, 'acme'), uid, env: { ACME_HOME: 'x' } })).stderr).toBe(relative('ACME_HOME', 'x'));
    // The XDG specification has a relative one ignored.
    mkdirSync(join(box.root, 'there'));
    chmodSync(join(box.root, 'there'), 0o777);
    const ignored = await box.run(['plugin:path'], { command, uid, env: { TOOL_HOME: undefined, XDG_DATA_HOME: 'x', HOME: join(box.root, 'there') } });
    expect(ignored).toEqual({ stdout: `${join(box.root, 'there/.local/share/tool/plugins/available')}\n`, stderr: '', status: 0, signal: null });
    expect(readdirSync(box.root)).not.toContain('x');
  });

  test('that is read-only and was never prepared is named', async () => {
    using box = new Sandbox();
    const options = asOrdinaryUser(box);
    mkdirSync(box.home, { mode: 0o555 });
    expectOneLine(await box.run(['version'], options), 1, box.home, 'EACCES');
  });

  test('that is read-only and prepared runs its plugins, and a change to it says why not', async () => {
    using box = Sandbox.prepared();
    box.plugin('fine', HELLO);
    // The checkout may stand where this user cannot go.
    cpSync(join(PACKAGE, 'examples/hello'), join(box.root, 'hello'), { recursive: true });
    const { command, uid } = asOrdinaryUser(box);
    await box.run(['version'], { command, uid });
    for (const folder of ['plugins', 'plugins/available', 'plugins/enabled', '.']) chmodSync(box.at(folder), 0o555);
    chmodSync(box.at('env'), 0o000);
    expect(await box.run(['fine:hi'], { command, uid })).toEqual({ stdout: 'hi\n', stderr: '', status: 0, signal: null });
    expectOneLine(await box.run(['plugin:disable', 'fine'], { command, uid }), 1, box.at('plugins/store'), 'EACCES', 'the user that owns it');
    expectOneLine(await box.run(['plugin:install', join(box.root, 'hello')], { command, uid }), 1, box.at('plugins'), 'EACCES');
    chmodSync(box.at('env'), 0o755);
  });

  testNeeding('root')('root sources no rc file of a home that it does not trust', async () => {
    using box = Sandbox.prepared();
    box.file('sandbox/home/root/dokkurc', 'echo sourced\n');
    const { command, uid } = asOrdinaryUser(box);
    await box.run(['version'], { command, uid });
    expectOneLine(await box.run(['version'], { command }), 1, 'can be written by other users');
    chmodSync(box.home, 0o755);
    chownSync(box.home, NOBODY, NOBODY);
    const refused = await box.run(['version'], { command });
    expectOneLine(refused, 1, `The home ${box.home} belongs to`);
    expect(refused.stdout).toBe('');
    // Nor of one that is the system user's (decision 009).
    const served = await box.run(['plugin:list'], { command, env: { TOOL_SYSTEM_USER: 'nobody' } });
    expectOneLine(served, 1, `The home ${box.home} belongs to nobody`, 'server:setup');
    expect(served.stdout).toBe('');
  });

  testNeeding('root')("root refuses another user's home, and one that others can write", async () => {
    using box = new Sandbox();
    const { command, uid } = asOrdinaryUser(box);
    await box.run(['version'], { command, uid });
    expectOneLine(await box.run(['version'], { command }), 1, `The home ${box.home} belongs to`, 'TOOL_SYSTEM_USER');
    expectOneLine(await box.run(['plugin:list'], { command, env: { TOOL_SYSTEM_USER: 'nobody' } }), 1, `The home ${box.home} belongs to`, 'server:setup');
    const open = box.at('../open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    expectOneLine(await box.run(['version'], { command, env: { TOOL_HOME: open } }), 1, 'can be written by other users', `chmod go-w ${open}`);
  });
});

describe('Node', () => {
  test('missing on a first run is named', async () => {
    using box = new Sandbox();
    expectOneLine(await box.run(['version'], { env: { PATH: '/nonexistent' } }), 127, 'node is not on PATH', 'Node 20.19');
  });

  test('gone later is named, and the hot route does not care', async () => {
    using box = Sandbox.prepared();
    box.plugin('fine', HELLO);
    await box.run(['version']);
    replaceNode(box, '');
    const env = { PATH: '/nonexistent' };
    expectOneLine(await box.run(['nope'], { env }), 127, 'Node cannot be started', 'Node 20.19');
    expect(await box.run(['fine:hi'], { env })).toMatchObject({ stdout: 'hi\n', status: 0 });
  });

  test.each([
    ['empty', '', 0],
    ['cut', 'printf "echo cut" >&3', 0],
    ['cut before its end', 'printf "echo cut\\n# end of pl" >&3', 0],
    ['followed by more', 'printf "echo cut\\n# end of plan\\necho more" >&3', 0],
    ['whole, from a Node that failed', 'printf "echo cut\\n# end of plan\\n" >&3', 1],
  ])('a plan that is %s runs nothing', async (_, script, status) => {
    using box = Sandbox.prepared();
    await box.run(['version']);
    replaceNode(box, `#!/bin/sh\n${script}\nexit ${status}\n`);
    const result = await box.run(['nope']);
    expectOneLine(result, 70, 'nothing was run');
    expect(result.stdout).toBe('');
  });

  test.each(['--require /no/such/file.js', '--no-such-flag', '--max-old-space-size=x'])(
    'NODE_OPTIONS=%s breaks nothing of ours and reaches the plugin',
    async (options) => {
      using box = Sandbox.prepared();
      box.plugin('show', {
        'plugin.toml': HELLO['plugin.toml'],
        'subcommands/it': '#!/bin/sh\nprintf "%s" "$NODE_OPTIONS"\n',
        commands: '#!/bin/sh\nprintf "    %s, x\\n" "$NODE_OPTIONS"\n',
        install: '#!/bin/sh\nprintf "%s" "$NODE_OPTIONS"\n',
      });
      const env = { NODE_OPTIONS: options };
      expect(await box.run(['show:it'], { env })).toEqual({ stdout: options, stderr: '', status: 0, signal: null });
      expect(await box.run(['show:it'], { env: { ...env, TOOL_FAST: '0' } })).toEqual({ stdout: options, stderr: '', status: 0, signal: null });
      expect(await box.run(['plugin:list'], { env })).toMatchObject({ status: 0 });
      expect((await box.run(['help'], { env })).stdout).toContain(options);
      const installed = await box.run(['plugin:install', box.at('plugins/available/show'), '--name', 'copy'], { env });
      expect(installed.stdout).toContain(options);
      expect(installed.stderr).not.toMatch(/^\s+at /m);
    },
  );
});
