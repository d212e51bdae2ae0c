import type { CommandSpec } from '../command-spec.ts';

const NOT_SERVING = { 69: 'the supervisor does not run, or has ended' } as const;

/** Commands for the events that the supervisor passes on. */
export const eventSpecs = [
  {
    name: 'event:publish',
    summary: 'Publish an event, or many',
    description: 'The event is told to all who read events: instances of providers and `event:watch`. The log of triggers is of the command `events`.',
    synopsis: '<type.action.key> [<flags>] | --stdin [--wait]',
    args: '[subject]',
    options: [
      ['--object <json>', 'what the event is about, as JSON; - for standard input'],
      ['--stdin', 'read events from standard input, each a line of JSON as event:watch prints them'],
      ['--wait', 'with --stdin: be no faster than the slowest who is told of them, so that nothing is dropped'],
    ],
    examples: ['event:publish deploys.done.web --object \'{"version": 3}\'', 'event:publish --stdin --wait < events.ndjson'],
    statuses: NOT_SERVING,
  },
  {
    name: 'event:watch',
    summary: 'Show events as they happen',
    description:
      'A filter is TYPE.ACTION.KEY; each part is a word, words with commas between them, or * for any, and parts that are left out are any. Without filters all events are shown. It goes on until a signal comes or the supervisor ends. The log of triggers is of the command `events`.',
    args: '[filter...]',
    options: [
      ['--count <number>', 'end after so many events'],
      ['--since <point>', 'begin with the events that a stream of NATS has from then on: a time, how long ago (10m), or a number of the stream'],
      ['--format <format>', 'json, a line for each event, or text (default: text at a terminal, else json)'],
      ['--json', 'the same as --format json'],
    ],
    formats: ['json', 'text'],
    examples: ['event:watch', "event:watch 'plugins.failed,crashed' 'log.error.*'", 'event:watch deploys.done --count 1', 'event:watch --since 10m'],
    statuses: { 0: 'a signal came, or there were as many as --count says', ...NOT_SERVING, 75: 'the server of NATS is not reached now' },
  },
] as const satisfies readonly CommandSpec[];
