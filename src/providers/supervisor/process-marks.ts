import { readdir, readFile } from 'node:fs/promises';
import { killQuietly } from '../../system/processes.ts';

/** The variable by which a process is known to belong to a supervisor, whatever became of its parents. */
export const MARK_VARIABLE = 'TOOL_SUPERVISED';

/**
 * The processes that have one of several marks in the environment that they were started with. Those of other users cannot be looked at, nor those that have overwritten it.
 * @param marks beginnings of marks
 */
export async function markedProcesses(marks: readonly string[]): Promise<number[]> {
  const wanted = marks.map((mark) => Buffer.from(`${MARK_VARIABLE}=${mark}`));
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of pids) {
    if (pid === process.pid) continue;
    try {
      const environment = await readFile(`/proc/${pid}/environ`);
      if (wanted.some((mark) => environment.includes(mark))) found.push(pid);
    } catch {
      // It is gone, or somebody else's.
    }
  }
  return found;
}

/** A process that starts others while it is being ended is looked for again. */
const ROUNDS = 20;

/** Kills every process that has one of the marks, until there is none. @returns how many there were */
export async function endMarked(marks: readonly string[]): Promise<number> {
  let ended = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const pids = await markedProcesses(marks);
    if (pids.length === 0) break;
    for (const pid of pids) if (killQuietly(pid, 'SIGKILL')) ended++;
  }
  return ended;
}

/** Ends marked processes of several instances by one look at all processes, as each look takes milliseconds. */
export class Reaper {
  #waiting: { readonly mark: string; readonly done: () => void }[] = [];
  #isLooking = false;

  /** Kills whoever has a mark. */
  end(mark: string): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ mark, done });
      if (!this.#isLooking) void this.#look();
    });
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.#waiting.length > 0) {
      const taken = this.#waiting.splice(0);
      await endMarked(taken.map(({ mark }) => mark)).catch(() => 0);
      for (const { done } of taken) done();
    }
    this.#isLooking = false;
  }
}
