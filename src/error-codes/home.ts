import { row } from './row.ts';

/** The home, its settings, the server and its users. */
export const home = {
  'home-not-usable': row('The home cannot be made or prepared.', 'make it writable, free some space, or set TOOL_HOME to another directory'),
  'home-not-trusted': row('Another user could change the code that root would run.', 'give it to root, or run this as the user that owns it'),
  'bad-settings': row('A settings file cannot be understood.', 'correct what the message names'),
  'uneditable-file': row('A file is written in a form that cannot be changed automatically.', 'change it by hand'),
  'unreadable-file': row('A file cannot be read.', 'check its path and permissions'),
  'file-damaged': row('A file of the store is damaged.', 'check the disk, then remove the file'),
  'newer-format': row('A file was written by a newer version of this program.', 'update to that version or a later one'),
  'variable-not-set': row('An environment variable is not set.', 'set it', '2 for those of the launcher'),
  'bad-variable': row('An environment variable has a value that cannot be used.', 'correct it, or unset it', '2 for a number'),
  'not-root': row('The command must be run as root.', 'run it with sudo'),
  'no-such-user': row('A user account does not exist.', 'make it, or name another'),
  'not-for-remote-users': row('A remote user cannot name files of the server.', 'send the file on stdin'),
  'server-not-ready': row('Something stops the set-up of the server.', 'do what the message says, and run it again'),
  'step-failed': row('A program that sets up the server failed.', 'see what it said'),
};
