import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { harmless } from '../../src/system/harmless.ts';
import { testNeeding } from '../support/needs.ts';
import { Sandbox } from '../support/sandbox.ts';

const text = (latin1: string): string => Buffer.from(latin1, 'latin1').toString();
const lines = (latin1: string): string[] => text(latin1).split('\n').filter(Boolean);

// Colours, a title, a control of C1, a direction that is turned, and a line end that would make a row of its own.
const EVIL = '\x1b[31m1\x1b]0;t\x07\x9b2J\u202E\n  forged 9 enabled';
const SHOWN = '1?]0;t??2J?   forged 9 enabled';
const TOML = `[plugin]\nversion = ${JSON.stringify(EVIL)}\ndescription = ${JSON.stringify(`d${EVIL}`)}\n`;

test('what a plugin says of itself is shown harmless on every page, and whole as JSON', async () => {
  using box = Sandbox.prepared();
  const source = join(box.root, 'evil');
  box.file('evil/plugin.toml', TOML).file('evil/subcommands/say', '#!/bin/sh\n# Summary: says \x1b[2J\u202E it\necho said\n');
  box.file('evil/subcommands/a\x1b[2Jb\u2028c', 'no program');
  box.file('evil/subcommands/none', '#!/no/\x1b[2J\u202Esuch\n');
  const outcome = async (...words: string[]) => {
    const { stdout, stderr, status } = await box.run(words);
    for (const output of [text(stdout), text(stderr)]) expect({ words, output }).toEqual({ words, output: harmless(output) });
    expect(text(stdout), words.join(' ')).not.toMatch(/^ {2}forged/m);
    return { stdout: text(stdout), stderr: text(stderr), status };
  };

  expect(await outcome('plugin:install', source, '--dry-run')).toEqual({
    stdout: `-----> Installing plugin evil from ${source}\nwould install evil ${SHOWN} from ${source}\nwould enable evil\n`,
    stderr: '',
    status: 0,
  });
  const { stderr } = await outcome('plugin:install', source);
  expect(lines(stderr)).toEqual([
    ` !     ${source}/subcommands/a?[2Jb c cannot be run: it is not executable; chmod +x ${source}/subcommands/a?[2Jb c`,
    expect.stringContaining('/subcommands/none cannot be run: its interpreter /no/?[2J'),
    ` !     ${source}/subcommands/a?[2Jb c has a name that cannot be typed as a command; use letters, digits, dots, hyphens, underscores and colons`,
  ]);
  expect((await outcome('plugin:list')).stdout).toContain(`  evil                 ${SHOWN} enabled    d${SHOWN}\n`);
  expect((await outcome('plugin:info', 'evil')).stdout).toContain(`version:          ${SHOWN}\ndescription:      d${SHOWN}\n`);
  expect((await outcome('plugin:history', 'evil')).stdout).toMatch(/^1 {3}current {3}1\?\]0;t\?\?2J\? {3}forged 9 enabled {3}.*\n$/);
  expect((await outcome('help', '--all')).stdout).toMatch(/^ {4}evil:say {3,}says \?\[2J\? it$/m);
  expect(await outcome('plugin:check')).toMatchObject({ status: 0, stderr, stdout: '-----> 1 unchanged\n' });
  expect((await outcome('--explain', 'evil:nothing', EVIL)).stdout).toContain('evil:nothing');
  expect(await outcome('evil:none')).toMatchObject({ stdout: '', stderr: expect.stringContaining('/no/?[2J') });
  expect((await outcome('plugin:lock', '--dry-run')).stdout).toContain('version = "\\u001b[31m1');
  expect((await outcome('plugin:test', source, '--format', 'tap')).stdout).toContain('subcommands/a?[2Jb c can be run');
  writeFileSync(join(source, 'plugin.toml'), TOML.replace('31m1', '31m2'));
  for (const words of [
    ['plugin:update', 'evil', '--dry-run'],
    ['plugin:update', 'evil'],
    ['plugin:rollback', 'evil'],
    ['plugin:lock'],
    ['plugin:lock', '--check'],
    ['plugin:sync', '--dry-run'],
    ['plugin:outdated'],
    ['plugin:trigger', '--explain', 'none'],
    ['no\x1bsuch\u202Eword'],
  ])
    await outcome(...words);

  // As data it is all there.
  const json = async (...words: string[]) => JSON.parse((await outcome(...words, '--format', 'json')).stdout);
  expect(await json('plugin:info', 'evil')).toMatchObject({ version: EVIL, description: `d${EVIL}` });
  expect((await json('plugin:list')).find(({ name }: { name: string }) => name === 'evil')).toMatchObject({ version: EVIL });
  expect(await json('plugin:history', 'evil')).toMatchObject([{ generation: 2 }, { version: EVIL }]);
  expect(JSON.parse((await outcome('--explain', '--format', 'json', 'evil:say', EVIL)).stdout)).toMatchObject({ argv: ['evil:say', EVIL] });

  // And elsewhere it is brought about from the lock.
  using other = Sandbox.prepared();
  mkdirSync(other.home, { recursive: true });
  copyFileSync(box.at('tool.lock'), other.at('tool.lock'));
  writeFileSync(join(source, 'plugin.toml'), TOML);
  expect(await other.run(['plugin:sync', '--frozen'])).toMatchObject({ status: 0, stdout: `-----> Plugin evil ${SHOWN} installed\n` });
});

describe('install tells the author in a line each', () => {
  test('what is missing, what cannot be typed, and what leads elsewhere, with the files that the author has', async () => {
    using box = Sandbox.prepared();
    const at = (name: string): string => join(box.root, name);
    const said = async (name: string) => lines((await box.run(['plugin:install', at(name)])).stderr);

    box.file('bare/plugin.toml', '[plugin]\n');
    expect(await said('bare')).toEqual([
      ` !     ${at('bare')}/plugin.toml says nothing of the plugin; add description and version to [plugin]`,
      ` !     ${at('bare')} has no commands, no hooks and no functions; put programs into bare/ or subcommands/, or name them like triggers`,
    ]);

    box.file('odd/plugin.toml', '[plugin]\nversion = "1"\n').file('odd/subcommands/a b', '#!/bin/sh\n').file('odd/subcommands/bom', '\ufeff#!/bin/sh\n', 0o755);
    box.file('outside', '').file('odd/own', '');
    symlinkSync('../outside', at('odd/out'));
    symlinkSync('nothing', at('odd/gone'));
    symlinkSync('own', at('odd/fine'));
    expect(await said('odd')).toEqual([
      ` !     ${at('odd')}/subcommands/bom has a byte order mark in front of its #! line and runs under /bin/sh; save it as UTF-8 without one`,
      ` !     ${at('odd')}/subcommands/a b has a name that cannot be typed as a command; use letters, digits, dots, hyphens, underscores and colons`,
      ` !     ${at('odd')}/gone is a dangling link; a plugin is copied as it is, so link to files of its own`,
      ` !     ${at('odd')}/out is a link out of the plugin; a plugin is copied as it is, so link to files of its own`,
    ]);
    expect(JSON.parse((await box.run(['plugin:check', 'odd', '--format', 'json'])).stdout)[0].warnings).toHaveLength(4);
  });

  test('many files with one fault are one line with their number, at install, enable and check', async () => {
    using box = Sandbox.prepared();
    box.file('vendored/plugin.toml', '[plugin]\nversion = "1"\n').file('vendored/functions', '').file('vendored/config', '#!/bin/sh\n');
    box.file('vendored/post-create', '#!/bin/sh\n').file('vendored/subcommands/say', '#!/bin/sh\n');
    for (let index = 10; index < 33; index++) box.file(`vendored/node_modules/m${index}/commands`, '');
    const place = join(box.root, 'vendored');
    const line = ` !     23 files of ${place}, each of which is called like the script that is asked for help: node_modules/m10/commands, node_modules/m11/commands, node_modules/m12/commands and 20 more; rename them, or Dokku's help ends there\n`;
    expect(await box.run(['plugin:install', place])).toMatchObject({ status: 0, stderr: line });
    expect(await box.run(['plugin:check'])).toMatchObject({ status: 0, stderr: line });
    await box.run(['plugin:disable', 'vendored']);
    expect(await box.run(['plugin:enable', 'vendored'])).toMatchObject({ status: 0, stderr: line });
    // Neither `config` nor `functions` is a trigger.
    expect(JSON.parse((await box.run(['plugin:info', 'vendored', '--format', 'json'])).stdout)).toMatchObject({
      triggers: ['post-create'],
      commands: ['vendored:say'],
    });
    // Where there is no source any more, the copy is what can be mended.
    box.plugin('byhand', { 'plugin.toml': '[plugin]\nversion = "1"\n', 'subcommands/say': 'echo\n' }, { enabled: false });
    expect((await box.run(['plugin:enable', 'byhand'])).stderr).toBe(
      ` !     ${box.at('plugins/available/byhand/subcommands/say')} cannot be run: it is not executable; chmod +x ${box.at('plugins/available/byhand/subcommands/say')}\n`,
    );
  });
});

testNeeding('root')('what server:check says as JSON is harmless, and reads back whole', async () => {
  using box = Sandbox.prepared();
  const home = join(box.root, 'a\u202Eb\u009b2J');
  const { stdout } = await box.run(['server:check', '--json'], { env: { TOOL_HOME: home } });
  expect(text(stdout)).toBe(harmless(text(stdout)));
  expect(JSON.parse(text(stdout))).toMatchObject({ home });
});
