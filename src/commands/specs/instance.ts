import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

const PARAM = ['--param <assignment>...', 'parameter as NAME=VALUE, the value as YAML; repeatable'] as const;
const PARAMS_FILE = ['--params-file <file>', 'file with a map of parameters, JSON or YAML; - for standard input'] as const;
const ALL = ['--all', 'all of them'] as const;
const BAD_PARAMETERS = { 4: 'parameters are missing, or are not what their schemas say' } as const;
const NOT_SERVING = { 69: 'the supervisor does not run' } as const;

/** Commands for the instances of providers, and for the supervisor that runs them. */
export const instanceSpecs = [
  {
    name: 'instance:create',
    summary: 'Create an instance of a provider',
    description: 'If the supervisor runs, the instance is started.',
    args: '<name>',
    synopsis: '<name> --provider <provider> [<flags>]',
    options: [
      ['--provider <provider>', 'provider, or plugin that carries one'],
      PARAM,
      PARAMS_FILE,
      ['--description <text>', 'what it is for'],
      ['--env <name>...', 'variable of the environment of the supervisor that it is given too; repeatable'],
      ['--no-start', 'do not start it'],
      DRY_RUN,
    ],
    examples: ['instance:create incr --provider incrementer', 'instance:create alerts --provider slack --params-file slack.yaml --no-start'],
    statuses: BAD_PARAMETERS,
  },
  { name: 'instance:list', summary: 'List the instances, and how they are', examples: ['instance:list', 'instance:list --format json'] },
  { name: 'instance:show', summary: 'Show an instance and its parameters; secrets are hidden', args: '<name>', examples: ['instance:show incr'] },
  {
    name: 'instance:set',
    summary: 'Change parameters of an instance',
    description: 'An instance that runs is restarted.',
    args: '<name>',
    options: [PARAM, PARAMS_FILE, DRY_RUN],
    examples: ['instance:set incr --param incrementer/password=secret', 'instance:set incr --params-file params.json'],
    statuses: BAD_PARAMETERS,
  },
  {
    name: 'instance:unset',
    summary: 'Remove parameters of an instance',
    description: 'An instance that runs is restarted.',
    args: '<name> <param...>',
    options: [DRY_RUN],
    examples: ['instance:unset incr incrementer/password'],
    statuses: BAD_PARAMETERS,
  },
  {
    name: 'instance:destroy',
    summary: 'Stop an instance and forget it; its log stays',
    args: '<name>',
    options: [DRY_RUN],
    examples: ['instance:destroy incr'],
  },
  {
    name: 'instance:start',
    summary: 'Start instances',
    args: '[name...]',
    options: [ALL],
    examples: ['instance:start incr', 'instance:start --all'],
    statuses: NOT_SERVING,
  },
  {
    name: 'instance:stop',
    summary: 'Stop instances, and do not start them with the supervisor',
    args: '[name...]',
    options: [ALL],
    examples: ['instance:stop incr'],
    statuses: NOT_SERVING,
  },
  { name: 'instance:restart', summary: 'Restart instances', args: '[name...]', options: [ALL], examples: ['instance:restart incr'], statuses: NOT_SERVING },
  {
    name: 'instance:status',
    summary: 'Show how an instance is',
    args: '<name>',
    examples: ['instance:status incr'],
    statuses: { 1: 'it does not run' },
  },
  {
    name: 'instance:logs',
    summary: 'Print the log of an instance',
    args: '<name>',
    options: [
      ['-f, --follow', 'go on with what is added, until Ctrl-C'],
      ['--lines <number>', 'so many of its last lines (default: 100)'],
    ],
    examples: ['instance:logs incr', 'instance:logs incr -f --lines 10'],
  },
  {
    name: 'serve',
    summary: 'Run the supervisor, which starts and watches the instances',
    description: 'There is one for each home. Without --foreground it goes on in the background.',
    options: [
      ['--foreground', 'do not go into the background; SIGTERM and Ctrl-C end it'],
      ['--listen <address>', 'open the API port on an address of this machine, like 127.0.0.1:8092'],
      ['--ui', 'show the instances on a page for the browser, on the API port (default: any that is free)'],
    ],
    examples: ['serve', 'serve --ui', 'serve --foreground --listen 127.0.0.1:8092'],
  },
  { name: 'serve:status', summary: 'Show how the supervisor and its instances are', examples: ['serve:status'], statuses: NOT_SERVING },
  { name: 'serve:stop', summary: 'Stop all instances, and the supervisor', examples: ['serve:stop'], statuses: NOT_SERVING },
  {
    name: 'serve:ui',
    summary: 'Print where the page of the supervisor is',
    description: 'The address has the token that opens the page, which is valid for as long as the supervisor runs.',
    examples: ['serve:ui'],
    statuses: NOT_SERVING,
  },
  { name: 'serve:unit', summary: 'Print a systemd unit for the supervisor', examples: ['serve:unit'] },
] as const satisfies readonly CommandSpec[];

const MODEL = ['--model <type>', 'type of object that it is about (default: the system)'] as const;
const ID = ['--id <id>', 'key of the object'] as const;

/** Commands for the actions of instances. */
export const actionSpecs = [
  {
    name: 'action:list',
    summary: 'List the actions of the instances',
    description: 'With --id, those alone that could be run on the object as it is.',
    options: [MODEL, ID],
    examples: ['action:list', 'action:list --model machines --id m1'],
  },
  {
    name: 'action:show',
    summary: 'Show an action and its parameters',
    args: '<action>',
    options: [MODEL],
    examples: ['action:show increment --model machines'],
    statuses: { 3: 'there is no such action' },
  },
  {
    name: 'action:run',
    summary: 'Run an action, and print its result as JSON',
    args: '<action>',
    options: [
      MODEL,
      ID,
      ['--object-file <file>', 'file with fields of the object, JSON or YAML; - for standard input'],
      ['--instance <name>', 'instance that is to run it, where several have it'],
      PARAM,
      PARAMS_FILE,
      ['--timeout <time>', 'how long it may take, like 90s or 5m; 0 for any time'],
      ['--oneshot', 'if no supervisor runs, start an instance for this action alone'],
    ],
    examples: [
      'action:run incrstatus',
      'action:run increment --model machines --id m1 --param incrementer/step=5',
      'action:run incrstatus --oneshot --timeout 30s',
    ],
    statuses: {
      1: 'refused or failed; the provider answered with an error',
      3: 'there is no such action or instance',
      4: 'parameters are missing, or are not what their schemas say',
      69: 'the supervisor does not run',
      70: 'the provider is at fault, or ended',
      75: 'the instance is starting or stopping, or has too much to do',
      124: 'it was not done in time',
    },
  },
] as const satisfies readonly CommandSpec[];
