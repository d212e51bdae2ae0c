import { expect, test } from 'vitest';
import { parseToml } from '../../src/config/toml.ts';
import { manifestCommands } from '../../src/plugins/manifest-commands.ts';

const read = (toml: string) => manifestCommands(parseToml(toml, 'plugin.toml').commands, 'plugin.toml');

test('[commands.NAME] tells of a command', () => {
  const { commands, ignored } = read(`[commands.backup]
summary = "Copy\\n  a database"
usage = ["<db>", "--all"]
description = "One paragraph.\\n\\nAnother."
args = { "<db>" = "which" }
flags = { "-f, --force" = "at once" }
examples = "backup shop"
statuses = { 3 = "no room" }
own_help = false
[commands."db:copy"]
`);
  expect(ignored).toEqual([]);
  expect([...commands.keys()]).toEqual(['backup', 'db:copy']);
  expect(commands.get('backup')).toEqual({
    summary: 'Copy a database',
    usage: ['<db>', '--all'],
    description: ['One paragraph.', 'Another.'],
    args: [['<db>', 'which']],
    flags: [['-f, --force', 'at once']],
    examples: ['backup shop'],
    statuses: [['3', 'no room']],
    ownHelp: false,
  });
});

for (const [toml, line] of [
  ['commands = 3', 'plugin.toml: commands is not a table; write it like [commands.NAME]'],
  ['[commands]\nx = "text"', 'plugin.toml: [commands.x] is not a table; write it like [commands.x] and summary = "…" below'],
  ['[commands.x]\nsummary = 3', 'plugin.toml: [commands.x]: summary is not a text; it is ignored'],
  ['[commands.x]\nusage = ["a", 1]', 'plugin.toml: [commands.x]: usage is not a text or a list of texts; it is ignored'],
  ['[commands.x]\nflags = ["--all"]', 'plugin.toml: [commands.x]: flags is not a table of texts; it is ignored'],
  ['[commands.x]\nown_help = "no"', 'plugin.toml: [commands.x]: own_help is not true or false; it is ignored'],
  [
    '[commands.x]\ntoString = "a"',
    'plugin.toml: [commands.x] has no key toString; there are summary, usage, description, args, flags, examples, statuses, own_help',
  ],
] as const) {
  test(`${JSON.stringify(toml)} is told of`, () => expect(read(toml).ignored).toEqual([line]));
}
