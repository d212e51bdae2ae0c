import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { killQuietly } from '../system/processes.ts';

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
    for (const pid of pids) killQuietly(pid, 'SIGKILL');
    await wait(ROUND_MS);
  }
}
