import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { startChild } from '../../system/child.ts';
import { identify } from '../../system/processes.ts';

/** One that ends sooner is replaced when it is over: it may be what cannot be started at all. */
const REPLACED_AFTER_MS = 1000;

/**
 * A process that outlives this one, and ends what this one started when it is gone without a goodbye: it holds a pipe from here, and reads its end. Should it die first, another is
 * started and told of every group.
 */
export class Watchdog {
  readonly #program: string;
  readonly #mark: string;
  readonly #groups = new Map<number, string>();
  #pipe: Writable | undefined;
  #isOver = false;

  /** @param mark the beginning of the marks of all that is started here */
  constructor(packagePath: string, mark: string) {
    this.#program = join(packagePath, 'libexec/serve-watchdog');
    this.#mark = mark;
    this.#start();
  }

  #start(): void {
    if (this.#isOver) return;
    const startedAt = performance.now();
    const { process: child, exited } = startChild('/bin/sh', [this.#program, this.#mark], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
      env: { PATH: process.env.PATH },
    });
    child.unref();
    this.#pipe = child.stdin ?? undefined;
    this.#pipe?.on('error', () => {});
    if (this.#pipe && 'unref' in this.#pipe && typeof this.#pipe.unref === 'function') this.#pipe.unref();
    for (const [group, start] of this.#groups) this.#tell(`add ${group} ${start}`);
    const again = (): void => void setTimeout(() => this.#start(), Math.max(0, startedAt + REPLACED_AFTER_MS - performance.now())).unref();
    void exited.then(again);
  }

  /** Of a process group that was started. */
  add(group: number): void {
    const start = identify(group)?.start ?? '0';
    this.#groups.set(group, start);
    this.#tell(`add ${group} ${start}`);
  }

  /** Of a process group that is gone. */
  drop(group: number): void {
    this.#groups.delete(group);
    this.#tell(`drop ${group}`);
  }

  /** Says goodbye: what is left is nobody's to end. */
  dismiss(): void {
    this.#isOver = true;
    this.#tell('bye');
    this.#pipe?.end();
  }

  #tell(line: string): void {
    this.#pipe?.write(`${line}\n`);
  }
}
