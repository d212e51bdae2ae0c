import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const ROUNDS = 50;
const ROUND_MS = 20;

const read = (look: () => string): string => {
  try {
    return look();
  } catch {
    return '';
  }
};

/** Processes that were started with a throw-away root in their environment, or that stand in it: whatever group or session they made. */
function processesOf(root: string): number[] {
  const belongs = (pid: number): boolean => {
    const cwd = read(() => readlinkSync(`/proc/${pid}/cwd`));
    return cwd === root || cwd.startsWith(`${root}/`) || read(() => readFileSync(`/proc/${pid}/environ`, 'latin1')).includes(`TOOL_TEST_ROOT=${root}\0`);
  };
  const entries = read(() => readdirSync('/proc').join(' ')).split(' ');
  return entries.map(Number).filter((pid) => pid > 0 && pid !== process.pid && belongs(pid));
}

/** Kills every process of a throw-away root, and those that they start meanwhile. */
export async function endProcesses(root: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const pids = processesOf(root);
    if (pids.length === 0) return;
    for (const pid of pids) signalProcess(pid, 'SIGKILL');
    await wait(ROUND_MS);
  }
}

/** Sends a signal to a process, or to a group where the number is negative; one that is gone is fine. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}
