import { readFileSync } from 'node:fs';

/** A process, told apart from a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot at which it started. */
  readonly start: string;
  readonly boot: string;
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** The identity of a process that runs now; undefined for one that does not, or that has only its exit status left. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; state is the first field behind it, the start the twentieth.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', start = ''] = [fields[0], fields[19]];
    return start && state !== 'Z' && state !== 'X' ? { pid, start, boot: bootId() } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it is that very process that runs. */
export function isAlive({ pid, start, boot }: ProcessIdentity): boolean {
  const now = identify(pid);
  return now !== undefined && now.start === start && now.boot === boot;
}

/** Sends a signal; one that nobody is left for is no failure. @param pid below zero for a process group @returns whether somebody was there */
export function killQuietly(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
