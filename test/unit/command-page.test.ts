import { expect, test } from 'vitest';
import { type CommandHelp, noHelp, usageLine } from '../../src/help/command-help.ts';
import { commandPage } from '../../src/help/command-page.ts';

const DEPLOY: CommandHelp = {
  word: 'ops:deploy',
  usage: ['ops:deploy [--stage <stage>] <app>', '--list'],
  summary: 'Bring an app to a stage',
  description: ['Builds the app, and asks before it touches what customers use; that is what stages are for.', '  prod   for customers\n  test   for us'],
  args: [{ name: '<app>', text: 'what to deploy' }],
  flags: [
    { flags: '-s, --stage <stage>', text: 'where to', choices: ['prod', 'test'], default: 'test', env: 'STAGE' },
    { flags: '--force', text: '' },
  ],
  examples: ['the shop, for everybody', 'tool ops:deploy --stage prod shop', 'and what there is', 'ops:deploy --list'],
  statuses: [
    { status: '0', text: 'it runs' },
    { status: '1-125', text: 'the status of the build' },
  ],
};

test('a page has the forms, what the command is for, its words, flags, examples and statuses', () => {
  expect(commandPage(DEPLOY, 'acme', 64)).toEqual([
    'Usage: acme ops:deploy [--stage <stage>] <app>',
    '       acme ops:deploy --list',
    '',
    'Bring an app to a stage.',
    '',
    'Builds the app, and asks before it touches what customers use;',
    'that is what stages are for.',
    '',
    '  prod   for customers',
    '  test   for us',
    '',
    'Arguments:',
    '    <app>   what to deploy',
    '',
    'Flags:',
    '    -s, --stage <stage>   where to (one of prod, test; default:',
    '                          test; environment: STAGE)',
    '    --force',
    '',
    'Examples:',
    '  the shop, for everybody',
    '    acme ops:deploy --stage prod shop',
    '',
    '  and what there is',
    '    acme ops:deploy --list',
    '',
    'Exit status:',
    '    0       it runs',
    '    1-125   the status of the build',
  ]);
});

test('on a narrow terminal every line fits that can be broken, and texts stand below their terms', () => {
  const lines = commandPage(DEPLOY, 'acme', 30);
  expect(lines.filter((line) => line.length > 30)).toEqual(['    acme ops:deploy --stage prod shop']);
  expect(lines).toContain('    -s, --stage <stage>');
});

test('a command of which little is known has a form of its words and flags', () => {
  expect(commandPage(noHelp('ops:x'), 'tool', 80)).toEqual(['Usage: tool ops:x']);
  const flags = [
    { flags: '-n, --name <name>', text: '', required: true },
    { flags: '--dry-run', text: '' },
  ];
  expect(commandPage({ ...noHelp('ops:x'), args: [{ name: '[file]', text: '' }], flags }, 'tool', 80)[0]).toBe(
    'Usage: tool ops:x [file] --name <name> [flags]',
  );
});

/** A form as an author wrote it, the word it is for, and how it is shown. */
const FORMS: readonly (readonly [written: string, word: string, shown: string])[] = [
  ['ops:backup <db>', 'ops:backup', 'acme ops:backup <db>'],
  ['tool ops:backup <db>', 'ops:backup', 'acme ops:backup <db>'],
  ['dokku redis:create <name>', 'redis:create', 'acme redis:create <name>'],
  ['other ops:backup', 'ops:backup', 'acme ops:backup'],
  ['$0 <db>', 'ops:backup', 'acme ops:backup <db>'],
  ['$(basename "$0") <db>', 'ops:backup', 'acme ops:backup <db>'],
  ['./backup <db>', 'ops:backup', 'acme ops:backup <db>'],
  ['backup', 'ops:backup', 'acme ops:backup'],
  ['rbenv install [-f] <version>', 'rb:install', 'acme rb:install [-f] <version>'],
  ['acme-install <version>', 'rb:install', 'acme rb:install <version>'],
  ['[--all]', 'ops:backup', 'acme ops:backup [--all]'],
  ['<db>...', 'ops', 'acme ops <db>...'],
  ['', 'ops', 'acme ops'],
  ['DB [FILE]', 'ops:backup', 'acme ops:backup DB [FILE]'],
  ['acme other thing', 'ops:backup', 'acme other thing'],
];

test.each(FORMS)('the form %j of %s is shown as %j', (written, word, shown) => {
  expect(usageLine(written, 'acme', word)).toBe(shown);
});
