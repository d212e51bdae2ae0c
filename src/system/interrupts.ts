import type { ChildProcess } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A terminal sends its signals to the child as well; one that is sent to us alone is passed on after this long. */
const PASS_ON_AFTER_MS = 100;

/** What an action that must end in order is told about signals. */
export interface Interrupts {
  /** The signal that came first, if any did. */
  readonly signal: NodeJS.Signals | undefined;
  /** Names the child that signals are passed on to; a second signal kills it. */
  watch(child: ChildProcess): void;
}

/** Runs an action to its end in spite of INT, TERM and HUP, then dies of the one that came. */
export async function withInterrupts<T>(action: (interrupts: Interrupts) => Promise<T>): Promise<T> {
  let signal: NodeJS.Signals | undefined;
  let child: ChildProcess | undefined;
  const onSignal = (received: NodeJS.Signals): void => {
    if (signal) child?.kill('SIGKILL');
    else setTimeout(() => child?.exitCode === null && child.signalCode === null && child.kill(received), PASS_ON_AFTER_MS).unref();
    signal ??= received;
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await action({
      get signal() {
        return signal;
      },
      watch: (started) => {
        child = started;
      },
    });
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
    if (signal) process.kill(process.pid, signal);
  }
}
