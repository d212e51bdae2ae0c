import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, UserError } from '../errors.ts';

/** Written at `$PLUGIN_PATH/store/pending` for as long as a plugin change is under way (DESIGN "A switch"). */
export interface Pending {
  readonly phase: 'renaming' | 'hook';
  readonly plugin: string;
  readonly owner: ProcessIdentity;
}

/** A process, told apart from a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot at which it started. */
  readonly start: string;
  readonly boot: string;
}

const POLL_MS = 5;
const PATIENCE_MS = 10_000;

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** The identity of a process that runs now; undefined for one that does not. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the 22nd field is the 20th behind it.
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return start ? { pid, start, boot: bootId() } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, start, boot }: ProcessIdentity): boolean {
  const now = identify(pid);
  return now !== undefined && now.start === start && now.boot === boot;
}

function readPending(pluginPath: string): Pending | undefined {
  const file = join(pluginPath, 'store/pending');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new UserError('REFUSED', `${file} cannot be read, and a plugin change may be under way`, {
      hint: 'run this as the user that owns the home',
      cause: error,
    });
  }
}

/**
 * Waits until the plugins may be used: milliseconds for a live change that is renaming, not at all for one in its hook.
 * @throws UserError REFUSED when the change was cut short, or does not end
 */
export async function settlePending(pluginPath: string): Promise<void> {
  const started = Date.now();
  for (let pending = readPending(pluginPath); pending; pending = readPending(pluginPath)) {
    if (!isAlive(pending.owner)) {
      throw new UserError('REFUSED', `A change to the plugin ${pending.plugin} was cut short`, {
        hint: 'its owner can finish it by running the same plugin command again',
      });
    }
    if (pending.phase === 'hook') return;
    if (Date.now() - started > PATIENCE_MS) {
      throw new UserError('REFUSED', `A change to the plugin ${pending.plugin} does not end (process ${pending.owner.pid})`, {
        hint: 'wait for it, or end that process',
      });
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}
