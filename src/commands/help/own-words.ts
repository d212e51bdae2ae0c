import { type CommandHelp, noHelp } from '../../help/command-help.ts';
import { HELP_FLAGS } from './help-call.ts';

/** The words that the dispatcher answers itself. */
export const ownWords = (): CommandHelp[] => [
  {
    ...noHelp('help'),
    usage: ['help [<flags>] [<command>|<plugin>]'],
    summary: 'Print the list of commands, or tell of one',
    flags: HELP_FLAGS.map(([flags, text]) => ({ flags, text })),
    examples: ['tool help', 'tool help plugin:install', 'tool help --all --format json'],
    statuses: [
      { status: '0', text: 'done' },
      { status: '1', text: 'there is no such command' },
      { status: '2', text: 'the command line is wrong' },
    ],
  },
  { ...noHelp('version'), usage: ['version'], summary: 'Print the version', examples: ['tool version'], statuses: [{ status: '0', text: 'done' }] },
];
