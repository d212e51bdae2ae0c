import { row } from './row.ts';

/** Providers, their instances and actions, and the supervisor that runs them. */
export const providers = {
  'no-such-provider': row('There is no provider of that name.', 'see those that are installed with provider:list'),
  'provider-exists': row('A provider of that name is installed.', 'replace it with --replace, or remove it first'),
  'provider-in-use': row('The provider has instances.', 'destroy these first with instance:destroy'),
  'provider-failed': row('The program of a provider failed or took too long.', 'run it by hand, or tell its author'),
  'bad-definition': row('What a provider says of itself cannot be used.', 'tell its author'),
  'provider-changed': row('The program of a provider is not what was installed.', 'if that is right, take it as it is with provider:reload'),
  'provider-not-safe': row('Others could change the program of a provider.', 'give it to yourself alone'),
  'no-such-content': row('No provider brings an object of that name.', 'see those there are with content:list'),
  'no-such-instance': row('There is no instance of that name.', 'see those there are with instance:list', '3 from actions'),
  'instance-exists': row('There is an instance of that name.', 'change it with instance:set, or destroy it first'),
  'instance-failed': row('An instance could not be started.', 'see its log with instance:logs'),
  'bad-parameters': row('Parameters are missing, or are not what their schemas say.', 'give them as the message says'),
  'no-such-action': row('No instance that runs has the action.', 'see those there are with action:list'),
  'action-failed': row('A provider answered an action with an error.', 'do what it says', '70 where it is the fault of the provider'),
  'provider-crashed': row('An instance ended, or answered with what cannot be understood.', 'see its log with instance:logs'),
  'try-again-later': row('The instance is being started or stopped, or has too much to do; or a server is not reached.', 'try again in a moment'),
  'timed-out': row('Something was not done in time.', 'give it more time with --timeout'),
  'no-event-stream': row('Events are asked for from an earlier point on, and none are kept.', 'name a server of NATS in [events] of tool.toml'),
  'not-serving': row('The supervisor does not run.', 'start it with serve'),
  'no-page': row('The supervisor runs without its page.', 'start it with serve --ui'),
  'already-serving': row('The supervisor of the home runs.', 'see it with serve:status'),
  'run-directory-not-usable': row('The directory for sockets cannot be used.', 'set XDG_RUNTIME_DIR to one of your own'),
  'socket-path-too-long': row('The path of a socket has more bytes than the system allows.', 'set XDG_RUNTIME_DIR to a shorter path'),
};
