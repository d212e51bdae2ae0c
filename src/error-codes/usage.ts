import { row } from './row.ts';

/** The command line is wrong. */
export const usage = {
  'unknown-command': row('No plugin has the command.', 'see the commands with help'),
  'access-denied': row('A guard, the user-auth hook of a plugin, does not allow the command.', 'ask whoever keeps this home'),
  'not-available': row('The command needs what is not there, like Docker.', 'do what the message says instead'),
  'unknown-flag': row('A flag is not known.', 'see the command with --help'),
  'missing-flag': row('A flag that the command needs is missing.', 'add the flag; see the command with --help'),
  'missing-argument': row('An argument, or the value of a flag, is missing.', 'see the command with --help', "1 in commands that are Dokku's"),
  'too-many-arguments': row('There are more arguments than the command takes.', 'see the command with --help'),
  'bad-value': row('A value does not have the form that its flag or argument needs.', 'see the command with --help'),
  'unknown-value': row('A value is not one of those to choose from.', 'use one of the values that the message lists'),
  'unknown-format': row('There is no such output format.', 'use --format json, or leave --format out', "1 in commands that are Dokku's"),
  'conflicting-flags': row('Two flags or arguments exclude each other.', 'leave one of them out'),
  'flag-does-not-apply': row('A flag does not apply to what the command was given.', 'leave it out; see the command with --help'),
  'bad-version-range': row('A version range cannot be read, or the versions have no order.', 'write it as ^1.2, ~1.2.3, 1.x or >=1 <3'),
  'bad-reference': row('What should name a plugin of a repository is written wrongly.', 'write it as REPOSITORY/NAME@VERSION'),
  'unknown-platform': row('A platform is not known.', 'write it as linux/amd64'),
  'bad-repository-name': row('A name is not allowed for a repository.', 'use small letters, digits and hyphens'),
  'bad-repository-url': row(
    'A URL is not one that an index can be fetched from.',
    'give the URL of an index file or a git repository',
    '1 for one in tool.toml',
  ),
  'bad-key': row('A public key is none, is of a kind that is not taken, or is a secret one.', 'give what stands in a file like id_ed25519.pub'),
  'bad-plugin-name': row('A name is not allowed for a plugin.', 'use letters, digits, dots, hyphens and underscores', '2 from plugin:test'),
};
