/** The signals by which somebody has us end. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** An action that a signal came to has ended in order: main says so, and dies of the signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals, message: string, cause?: unknown) {
    super(message, { cause });
    this.signal = signal;
  }
}

export const isInterrupted = (error: unknown): error is Interrupted => error instanceof Interrupted;

/** Ends this process as a signal that nobody catches would. */
export function dieOf(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
