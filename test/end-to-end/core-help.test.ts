import { expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.ts';

const PIN = `Usage: tool plugin:pin <name> [--dry-run]

Exclude a plugin from updates.

Flags:
    --dry-run           print what would be done, change nothing
    --format <format>   stdout (default) or json
    --json              the same as --format json

Examples:
    tool plugin:pin greet

Exit status:
    0   done
    1   refused or failed; the message says why
    2   the command line is wrong
`;

test('a command of Node shows its page for --help and -h, wherever they stand, and does nothing else', async () => {
  using box = Sandbox.prepared();
  for (const words of [['--help'], ['-h'], ['greet', '--help'], ['--dry-run', '--help', 'greet', 'more']])
    expect(await box.run(['plugin:pin', ...words])).toEqual({ stdout: PIN, stderr: '', status: 0, signal: null });
  // Beside another plugin of its name, a core plugin is called so.
  const { stdout } = await box.run(['core-repository:list', '--help']);
  expect(stdout).toMatch(/^Usage: tool core-repository:list\n/);
  expect(stdout).toContain('\n    tool core-repository:list --format json\n');
});
