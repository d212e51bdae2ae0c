import { row } from './row.ts';

/** Apps, and what else the commands in shell do. */
export const apps = {
  'no-such-app': row('There is no such app, or the caller may not see it.', 'see the apps with apps:list'),
  'bad-app-name': row('A name is not allowed for an app.', 'begin with a small letter or digit; go on with those, dots and hyphens'),
  'no-apps': row('There are no apps.', 'make one with apps:create'),
  'not-confirmed': row('The name that was typed to confirm it is not the one of the app.', 'run it again, or use --force'),
  'command-failed': row('A command in shell failed for a reason that has no code of its own.', 'do what the message says', "the command's own"),
};
