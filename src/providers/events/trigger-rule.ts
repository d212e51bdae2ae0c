import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { errnoOf } from '../../errors.ts';
import { HOPS } from '../../home/event-spool.ts';
import type { Environment } from '../../home/layout.ts';
import { childEnvironment } from '../../system/child.ts';
import { type GroupedChild, startGroup } from '../../system/limited-child.ts';
import type { EventModel } from '../models.ts';
import { type EventFilter, passes } from './filter.ts';
import { MOST_HOPS } from './hops.ts';
import { type PublishedEvent, type Subscriber, withId } from './queue.ts';

/** What a trigger is fired in. */
export interface TriggerWorld {
  readonly packagePath: string;
  readonly env: Environment;
  readonly timeoutMs: number;
  /** Told of what hooks print, and of what went wrong. */
  readonly onNote: (text: string) => void;
}

const MOST_LINES = 1000;
const LINE_LENGTH = 64 << 10;
/** Of the name of an event, in notes. */
const NAME_LENGTH = 500;
/** How long output is waited for that a process in the background keeps open. */
const GRACE_MS = 200;

/** Fires a trigger for events, for one after another: its arguments are type, action and key, and the event is on standard input. */
export class TriggerRule implements Subscriber {
  readonly name: string;
  readonly #filter: EventFilter;
  readonly #trigger: string;
  readonly #world: TriggerWorld;
  #running: GroupedChild | undefined;
  #hasEnded = false;
  #saidCircle = false;

  constructor(filter: EventFilter, trigger: string, world: TriggerWorld) {
    this.name = `trigger:${trigger}`;
    this.#filter = filter;
    this.#trigger = trigger;
    this.#world = world;
  }

  wants(event: EventModel): boolean {
    return passes([this.#filter], event);
  }

  async tell(published: PublishedEvent): Promise<void> {
    if (this.#hasEnded) return;
    const { Type, Action, Key } = published.event;
    if (published.hops < MOST_HOPS) {
      await this.#fire(published);
      return;
    }
    if (this.#saidCircle) return;
    this.#saidCircle = true;
    const name = `${Type}.${Action}.${Key}`.slice(0, NAME_LENGTH);
    this.#world.onNote(`The trigger ${this.#trigger} is not fired for ${name}: triggers and events have set off one another ${MOST_HOPS} times`);
  }

  /** Fires it no more, and ends hooks that run. */
  end(): void {
    this.#hasEnded = true;
    this.#running?.kill();
  }

  /** Fires it as `plugn trigger` does, and waits for its end. */
  async #fire(published: PublishedEvent): Promise<void> {
    const { packagePath, env, timeoutMs, onNote } = this.#world;
    const { Type, Action, Key } = published.event;
    const what = `${this.#trigger} for ${Type}.${Action}.${Key}`.slice(0, NAME_LENGTH);
    // No argument has a NUL.
    const words = ['trigger', this.#trigger, Type, Action, Key].map((word) => word.replaceAll('\0', '\ufffd'));
    const own = { ...childEnvironment(env), [HOPS]: String(published.hops + 1) };
    let child: GroupedChild;
    try {
      child = startGroup(join(packagePath, 'bin/plugn'), words, own, { input: `${withId(published)}\n`, cwd: '/' });
    } catch (error) {
      onNote(`Cannot fire the trigger ${what} (${errnoOf(error)})`);
      return;
    }
    this.#running = child;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill();
    }, timeoutMs);
    let lines = 0;
    const onLine = (line: string): void => {
      if (++lines <= MOST_LINES) onNote(`${this.#trigger}: ${line}`);
    };
    for (const stream of [child.process.stdout, child.process.stderr]) if (stream) eachLine(stream, onLine);
    const status = await child.exited;
    clearTimeout(timer);
    // What it left in the background may hold its output open.
    await Promise.race([child.closed, wait(GRACE_MS)]);
    child.release();
    this.#running = undefined;
    if (lines > MOST_LINES) onNote(`${this.#trigger}: ${lines - MOST_LINES} more lines`);
    if (isLate) onNote(`The trigger ${what} took more than ${timeoutMs / 1000} seconds, and was ended`);
    else if (status !== 0 && !this.#hasEnded) onNote(`The trigger ${what} failed with status ${status}`);
  }
}

/** Tells each line that is printed; of one without an end, a piece after another. */
function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.slice(0, LINE_LENGTH));
    if (rest.length < LINE_LENGTH) return;
    onLine(rest);
    rest = '';
  });
  stream.on('end', () => rest === '' || onLine(rest));
  stream.on('error', () => {});
}
