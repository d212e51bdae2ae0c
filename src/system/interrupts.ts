import type { ChildProcess } from 'node:child_process';
import { hasEnded, signalChildren } from './child.ts';
import { dieOf, Interrupted, SIGNALS } from './interrupted.ts';

/** A terminal sends its signals to the child as well; one that is sent to us alone is passed on after this long. */
const PASS_ON_AFTER_MS = 100;

/** What an action that must end in order is told about signals. */
export interface Interrupts {
  /** The signal that came first, if any did. */
  readonly signal: NodeJS.Signals | undefined;
  /** Set off by the first signal: for work that ends what it started. */
  readonly aborted: AbortSignal;
  /** Names the child that signals are passed on to; a second signal kills it. */
  watch(child: ChildProcess): void;
}

/** Has signals answered while an action runs. Of actions within actions the innermost answers, which came last. */
async function answering<T>(answer: (signal: NodeJS.Signals) => void, action: () => Promise<T>): Promise<T> {
  const onSignal = (signal: NodeJS.Signals): void => {
    if (process.listeners(signal).at(-1) === onSignal) answer(signal);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await action();
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}

/**
 * Runs an action to its end in spite of INT, TERM and HUP.
 * @param inTheEnd what to say when a signal came and the action succeeded all the same
 * @throws Interrupted when a signal came, with the words of what the action threw
 */
export async function withInterrupts<T>(inTheEnd: string, action: (interrupts: Interrupts) => Promise<T>): Promise<T> {
  let signal: NodeJS.Signals | undefined;
  let child: ChildProcess | undefined;
  const abort = new AbortController();
  const answer = (received: NodeJS.Signals): void => {
    if (signal) child?.kill('SIGKILL');
    else setTimeout(() => child && !hasEnded(child) && child.kill(received), PASS_ON_AFTER_MS).unref();
    signal ??= received;
    abort.abort();
  };
  const interrupts: Interrupts = {
    aborted: abort.signal,
    get signal() {
      return signal;
    },
    watch: (started) => {
      child = started;
    },
  };
  return answering(answer, async () => {
    let result: T;
    try {
      result = await action(interrupts);
    } catch (error) {
      if (signal && error instanceof Error) throw new Interrupted(signal, error.message, error);
      throw error;
    }
    if (signal) throw new Interrupted(signal, inTheEnd);
    return result;
  });
}

/** Runs an action that changes nothing before it is done: a signal ends it and this process at once, in words. */
export function untilInterrupted<T>(onSignal: () => void, action: () => Promise<T>): Promise<T> {
  return answering((signal) => {
    signalChildren(signal);
    onSignal();
    dieOf(signal);
  }, action);
}
