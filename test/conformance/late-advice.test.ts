import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PACKAGE, Sandbox, TOOL } from '../support/sandbox.ts';

describe('what was meant by a word that no script answers', () => {
  const home = Sandbox.prepared();
  home.plugin('asked', { commands: '#!/bin/sh\ncase $1 in mine) printf "asked(%s)" "$*" ;; *) exit 10 ;; esac\n', 'subcommands/backup': '#!/bin/sh\n' });
  home.file('node', `#!/bin/sh\nprintf '%s\\n' "$2" >>'${home.root}/modes'\nexec '${process.execPath}' "$@"\n`);
  writeFileSync(home.at('tool.toml'), '[aliases]\na = "askd"\n');
  symlinkSync(TOOL, join(home.root, 'dokku'));
  afterAll(() => home[Symbol.dispose]());

  /** Runs a line with a Node that tells what it was started for. */
  const run = async (
    argv: readonly (string | Buffer)[],
    command?: string,
  ): Promise<{ modes: string; stdout: string; stderr: string; status: number | null }> => {
    await home.run(['version'], command === undefined ? {} : { command });
    const folder = home.at('env', PACKAGE.slice(1));
    for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.sh'))) {
      const text = readFileSync(join(folder, name), 'utf8').replace(/TOOL_NODE='[^']*'/, `TOOL_NODE='${home.root}/node'`);
      writeFileSync(join(folder, name), text);
    }
    rmSync(join(home.root, 'modes'), { force: true });
    const { stdout, stderr, status } = await home.run(argv, { ...(command === undefined ? {} : { command }), env: { NODE_OPTIONS: '--no-such-option' } });
    return { modes: readFileSync(join(home.root, 'modes'), 'utf8'), stdout, stderr, status };
  };

  const unknown = (line: string, ...meant: string[]): string =>
    [`\`${line}\` is not a tool command.`, ...meant, 'See `tool help` for a list of available commands.'].map((text) => ` !     ${text}\n`).join('');

  test.each([
    [['askd:backup'], unknown('askd:backup', 'Did you mean `tool asked:backup`?')],
    [['askd', 'backup', 'x'], unknown('askd backup x', 'Did you mean `tool asked:backup`?')],
    [['nowhere:near'], unknown('nowhere:near')],
    // The alias stands for the word, and what it stands for is what others are like.
    [['a:backup'], unknown('askd:backup', 'Did you mean `tool asked:backup`?')],
  ])('%j is looked for behind the scripts, and ends with 1', async (argv, stderr) => {
    expect(await run(argv)).toEqual({ modes: 'plan\nsimilar\n', stdout: '', stderr, status: 1 });
  });

  test('is not looked for where one answers, nor where the plugin that the word names has it, nor under the brand dokku', async () => {
    expect(await run(['mine', 'x'])).toEqual({ modes: 'plan\n', stdout: 'asked(mine x)', stderr: '', status: 0 });
    expect(await run(['asked:bakup'])).toMatchObject({ modes: 'plan\n', stderr: expect.stringContaining('Did you mean `tool asked:backup`?'), status: 1 });
    expect(await run(['askd:backup'], join(home.root, 'dokku'))).toEqual({
      modes: 'plan\n',
      stdout: '',
      stderr: ' !     `askd:backup` is not a dokku command.\n !     See `dokku help` for a list of available commands.\n',
      status: 1,
    });
  });

  test('is told by --explain at once', async () => {
    const { stdout } = await home.run(['--explain', '--format', 'json', 'askd:backup']);
    expect(JSON.parse(stdout)).toMatchObject({ suggestion: 'asked:backup', commands: [home.at('plugins/enabled/asked/commands')] });
  });
});
