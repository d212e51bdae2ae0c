import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nearest } from '../../src/system/nearest.ts';
import { PACKAGE, Sandbox, TOOL } from '../support/sandbox.ts';

test('a name that is not known is told with the one that was meant', async () => {
  using box = Sandbox.prepared();
  box.plugin('greet', { 'plugin.toml': '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n' });
  await box.run(['apps:create', 'web']);
  const cases: readonly (readonly [line: string, status: number, stderr: string])[] = [
    ['plugin:info geret', 1, 'Plugin (geret) is not currently installed; did you mean greet? See `tool plugin:list`'],
    ['plugin:update gret', 1, 'Specified plugin not enabled or installed; did you mean greet?'],
    ['plugin:uninstall gret', 1, 'Plugin (gret) is not currently installed; did you mean greet?'],
    ['plugin:enable gret', 1, 'Plugin does not exist; did you mean greet? See `tool plugin:list` for those that do'],
    ['plugin:info nothing', 1, 'Plugin (nothing) is not currently installed; see `tool plugin:list`'],
    ['plugin:list --al', 2, "unknown option '--al'; did you mean --all? See `tool plugin:list --help`"],
    ['apps:report wbe', 20, 'App wbe does not exist; did you mean web?'],
    ['config:get --app wbe KEY', 20, 'App wbe does not exist; did you mean web?'],
    ['apps:report other', 20, 'App other does not exist'],
    ['apps:list --fromat json', 2, 'unknown flag: --fromat; did you mean --format?\n !     Usage: tool apps:list [--format json|stdout]'],
  ];
  for (const [line, status, stderr] of cases)
    expect([line, await box.run(line.split(' '))]).toEqual([line, { stdout: '', stderr: ` !     ${stderr}\n`, status, signal: null }]);
  const command = join(box.root, 'dokku');
  symlinkSync(TOOL, command);
  expect((await box.run(['apps:report', 'wbe'], { command })).stderr).toBe(' !     App wbe does not exist\n');
  expect((await box.run(['plugin:update', 'gret'], { command })).stderr).toBe(' !     Specified plugin not enabled or installed\n');
});

test('the rule in awk is that of Node', () => {
  const known = ['greet', 'deploy', 'help', 'web', 'web-admin', 'x'];
  for (const WORD of ['gret', 'geret', 'greet', 'hlep', 'deplyo', 'dploi', 'wbe', 'webadmin', 'y', 'nothing', 'greeting']) {
    const found = execFileSync('awk', ['-f', join(PACKAGE, 'plugins/common/similar.awk')], { input: `${known.join('\n')}\n`, env: { ...process.env, WORD } });
    expect([WORD, found.toString().trim()]).toEqual([WORD, nearest(WORD, known) ?? '']);
  }
});
