/** What state an instance is in. */
export type State =
  /** It is known, and has not been started yet. */
  | 'created'
  /** Its program was started, and has not said READY!. */
  | 'starting'
  /** It is ready, and is told its parameters. */
  | 'configuring'
  /** It can be asked for actions. */
  | 'running'
  /** Somebody wants it stopped while it is being configured. */
  | 'should-stop'
  /** Its last actions are waited for, and then it is stopped. */
  | 'stopping'
  | 'stopped'
  /** It ended by itself, and is started again after a while. */
  | 'restarting'
  /** It could not be started, or ended too often; somebody has to start it. */
  | 'failed';

/** What happens to an instance. */
export type Happening = 'start' | 'launch' | 'ready' | 'configured' | 'stop' | 'stopped' | 'crashed' | 'refused' | 'given-up';

/**
 * What becomes of each state. What is not here changes nothing: a start of what runs, an end of what has ended. In Digital Rebar the table is the same, but for what crashed, which it does not
 * notice.
 */
const TABLE: Readonly<Record<State, Partial<Record<Happening, State>>>> = {
  created: { launch: 'starting', stop: 'stopped', refused: 'failed' },
  starting: { ready: 'configuring', stop: 'stopping', crashed: 'restarting', refused: 'failed', 'given-up': 'failed' },
  configuring: { configured: 'running', stop: 'should-stop', crashed: 'restarting', refused: 'failed', 'given-up': 'failed' },
  'should-stop': { configured: 'stopping', stop: 'stopping', crashed: 'stopped', refused: 'stopped', 'given-up': 'stopped', stopped: 'stopped' },
  running: { stop: 'stopping', crashed: 'restarting', 'given-up': 'failed' },
  stopping: { stopped: 'stopped', crashed: 'stopped', refused: 'stopped', 'given-up': 'stopped' },
  stopped: { launch: 'starting', refused: 'failed' },
  restarting: { launch: 'starting', stop: 'stopped', refused: 'failed', 'given-up': 'failed' },
  failed: { launch: 'starting', stop: 'stopped', refused: 'failed' },
};

/** The state after what happened. */
export const after = (state: State, happening: Happening): State => TABLE[state][happening] ?? state;

/** Whether a process belongs to it. */
export const isUp = (state: State): boolean => ['starting', 'configuring', 'running', 'should-stop', 'stopping'].includes(state);

/** So many failures in so long, and it is started no more. */
const MOST_FAILURES = 5;
const WITHIN_MS = 600_000;
/** What has run for so long is started as if it had never failed. */
const STABLE_MS = 60_000;
const LONGEST_MS = 60_000;

/** When an instance failed, in milliseconds since 1970. */
export type Failures = readonly number[];

/** The failures that count after another one. @param ranForMs how long it ran before it failed */
export const withFailure = (failures: Failures, now: number, ranForMs: number): Failures => [
  ...(ranForMs >= STABLE_MS ? [] : failures.filter((time) => now - time < WITHIN_MS)),
  now,
];

/**
 * How long to wait before what failed is started again: it doubles, and is not the same for all that failed together.
 * @param random from 0 to 1
 * @returns undefined where it is to be started no more
 */
export function waitAfter(failures: Failures, firstMs: number, random: number): number | undefined {
  if (failures.length >= MOST_FAILURES) return undefined;
  return Math.round(Math.min(LONGEST_MS, firstMs * 2 ** (failures.length - 1)) * (0.8 + 0.4 * random));
}
