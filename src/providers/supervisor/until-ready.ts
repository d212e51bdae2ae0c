import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { CANNOT_START, type StartedChild } from '../../system/child.ts';
import type { Complaints } from './complaints.ts';
import type { InstanceLog } from './instance-log.ts';
import { LaunchProblem } from './launch-problem.ts';

/** How long the output of a process that is gone is waited for. */
const DRAIN_MS = 300;

/** Where what an instance says goes. */
export interface Said {
  readonly log: InstanceLog;
  readonly complaints: Complaints;
}

/** Waits for `READY!`; whatever else is printed is logged. @throws LaunchProblem */
export async function untilReady(timeoutMs: number, { process: child, exited }: StartedChild, { log, complaints }: Said, program: string): Promise<void> {
  const ready = new Promise<'ready' | 'failed'>((done) => {
    if (child.stdout)
      log.follow(child.stdout, 'out', (line) => {
        if (line.trimEnd() === 'READY!') done('ready');
        if (line.trimEnd() === 'Failed') done('failed');
      });
    if (child.stderr) log.follow(child.stderr, 'err', (line) => complaints.add(line));
  });
  const timer = new AbortController();
  const said = (): string => complaints.text(log.redact);
  const ended = exited.then(async (status) => {
    await outputEnd(child.stdout);
    return status;
  });
  try {
    const late = wait(timeoutMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    const came = await Promise.race([ready, ended, late]);
    if (came === 'ready') return;
    if (came === 'failed') throw new LaunchProblem([`it said Failed${said()}`], true);
    if (came === 'late') throw new LaunchProblem([`it did not say READY! within ${timeoutMs / 1000} seconds${said()}`], true);
    if (came === CANNOT_START && complaints.isEmpty) throw new LaunchProblem([cannotStart(program)], false);
    throw new LaunchProblem([`it ended with ${statusText(came)} before READY!${said()}`], true);
  } finally {
    timer.abort();
  }
}

/** Waits for what a process that is gone has written; somebody else may keep the stream open. */
export async function outputEnd(stream: Readable | null): Promise<void> {
  if (stream === null || stream.closed) return;
  await Promise.race([new Promise((done) => stream.once('close', done)), wait(DRAIN_MS, undefined, { ref: false })]);
}

/** What an exit status says, as a shell gives it. */
export const statusText = (status: number): string => (status > 128 ? `signal ${status - 128}` : `status ${status}`);

export const cannotStart = (program: string): string => `${program} cannot be started: it is of another machine, or its interpreter is missing`;
