import { errorLine, isUserError } from '../../errors.ts';
import { writeWhole } from '../../system/durable.ts';
import { killQuietly } from '../../system/processes.ts';
import type { ActionTarget } from '../actions/actions.ts';
import type { JsonObject } from '../definition/json-fields.ts';
import type { Provider } from '../definition/record.ts';
import { setOffAt } from '../events/hops.ts';
import type { PublishedEvent, Subscriber } from '../events/queue.ts';
import type { Instance } from '../instances/instance.ts';
import { errorText } from '../models.ts';
import { type KnownParams, redactor } from '../params/param.ts';
import { watchHealth } from './health.ts';
import { InFlight } from './in-flight.ts';
import { InstanceLog } from './instance-log.ts';
import { type Launched, type LaunchWorld, launch, stopLaunched } from './launch.ts';
import { LaunchProblem } from './launch-problem.ts';
import { after, type Failures, type Happening, isUp, type State, waitAfter, withFailure } from './lifecycle.ts';
import type { PluginAnswer } from './plugin-client.ts';
import { statusText } from './until-ready.ts';

/** What an instance is to be run with; asked anew for each start. */
export interface Wanted {
  readonly instance: Instance;
  readonly provider: Provider;
  readonly known: KnownParams;
}

export interface SupervisedWorld extends LaunchWorld {
  /** @throws UserError where its provider is gone, say */
  readonly wanted: (name: string) => Wanted;
  /** Told of each change of state, and of what went wrong. */
  readonly onState: (one: Supervised) => void;
  revokeToken(instance: string): void;
}

/** What is known of an instance that the supervisor has. */
export interface InstanceStatus {
  readonly name: string;
  readonly provider: string;
  readonly state: State;
  readonly pid: number | null;
  readonly since: string;
  readonly restarts: number;
  readonly errors: readonly string[];
  readonly generation: number | null;
}

const PUBLISH_MS = 10_000;

/** One instance under supervision: whatever is done with it is done one thing after another. */
export class Supervised implements Pick<ActionTarget, 'act'>, Subscriber {
  readonly name: string;
  readonly log: InstanceLog;
  readonly #world: SupervisedWorld;
  state: State = 'created';
  /** When it began to serve, of all instances; those who began first are asked first. */
  servingSince = 0;
  current: { readonly launched: Launched; readonly wanted: Wanted } | undefined;
  #provider: string;
  #since = Date.now();
  #restarts = 0;
  #errors: readonly string[] = [];
  #told = '';
  #failures: Failures = [];
  #queue: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #endWatching: () => void = () => {};
  readonly #inFlight = new InFlight();
  #pid: number | null = null;

  constructor(world: SupervisedWorld, instance: Instance) {
    this.#world = world;
    this.name = instance.name;
    this.#provider = instance.provider;
    this.log = new InstanceLog(world.paths.log(instance.name));
  }

  get status(): InstanceStatus {
    return {
      name: this.name,
      provider: this.#provider,
      state: this.state,
      pid: this.#pid,
      since: new Date(this.#since).toISOString(),
      restarts: this.#restarts,
      errors: this.#errors,
      generation: this.current?.launched.generation ?? null,
    };
  }

  /** Starts it, by somebody's wish: what went wrong before is forgotten. Done once it runs, or cannot. */
  start(): Promise<void> {
    return this.#serially(async () => {
      if (isUp(this.state)) return;
      clearTimeout(this.#timer);
      this.#failures = [];
      await this.#launch();
    });
  }

  /** Stops it, and does not start it again. One that is being configured is stopped when that is over. */
  stop(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.state === 'starting') this.#kill();
    if (this.state === 'configuring') {
      this.#happened('stop');
      setTimeout(() => this.state === 'should-stop' && this.#kill(), this.#world.settings.stopMs).unref();
    }
    return this.#serially(() => this.#stop());
  }

  restart(): Promise<void> {
    return this.#serially(async () => {
      await this.#stop();
      this.#failures = [];
      await this.#launch();
    });
  }

  /** The plugin says that it is leaving: it is stopped, and where it may not be used here not started again. */
  leaving(text: string, isDenied: boolean): void {
    this.log.write('warn', `it leaves: ${text}`);
    void this.#serially(async () => {
      if (!isUp(this.state)) return;
      await this.#stop();
      this.#errors = [this.log.redact(text)];
      if (isDenied) this.state = 'failed';
      this.#tellState();
    });
  }

  async act(body: JsonObject, timeoutMs: number): Promise<PluginAnswer | { readonly kind: 'unavailable'; readonly why: string }> {
    const { current } = this;
    if (current === undefined || this.state !== 'running')
      return { kind: 'unavailable', why: this.state === 'stopping' ? 'unloading' : `${this.name} is ${this.state}` };
    if (!(await this.#inFlight.enter())) return { kind: 'unavailable', why: `${this.name} has too much to do` };
    try {
      // It may have been stopped while this one waited.
      if (this.#isOther(current)) return { kind: 'unavailable', why: 'unloading' };
      return this.#hiding(await current.launched.client.ask('action', body, timeoutMs));
    } finally {
      this.#inFlight.leave();
    }
  }

  #isOther(current: Supervised['current']): boolean {
    return this.current !== current || this.state !== 'running';
  }

  /** Tells it of an event. @returns false where it did not get it */
  async tell({ json }: PublishedEvent): Promise<undefined | false> {
    const answer = await this.current?.launched.client.askWritten('publish', json, PUBLISH_MS);
    if (answer === undefined || answer.kind === 'answer') return undefined;
    const why = answer.kind === 'error' ? errorText(answer.error) : answer.kind === 'timeout' ? 'too late' : answer.why;
    this.log.write('warn', `an event was not taken: ${why}`);
    // One that answers, however badly, got it.
    return answer.kind === 'timeout' || (answer.kind === 'broken' && answer.isUnanswered) ? false : undefined;
  }

  /** An error without secrets: it is shown to whoever asked. An answer is the plugin's own. */
  #hiding(answer: PluginAnswer): PluginAnswer {
    if (answer.kind !== 'error') return answer;
    const { error } = answer;
    return { kind: 'error', error: { ...error, Messages: error.Messages?.map((text) => this.log.redact(text)) ?? null } };
  }

  #kill(): void {
    if (this.#pid !== null) killQuietly(-this.#pid, 'SIGKILL');
  }

  #serially<T>(action: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(action, action);
    this.#queue = next.catch(() => {});
    return next;
  }

  #happened(what: Happening): void {
    const next = after(this.state, what);
    if (next === this.state) return;
    this.state = next;
    this.#since = Date.now();
    if (next === 'running') this.servingSince = performance.now();
    this.#tellState();
  }

  /** Tells how it is, unless that was told last. */
  #tellState(): void {
    const told = JSON.stringify(this.status);
    if (told === this.#told) return;
    this.#told = told;
    this.#world.onState(this);
    try {
      writeWhole(this.#world.paths.lastState(this.name), told, 0o600);
    } catch {
      // It is told anew with the next change.
    }
  }

  async #launch(): Promise<void> {
    try {
      const wanted = this.#world.wanted(this.name);
      this.#provider = wanted.provider.name;
      this.log.redact = redactor(wanted.instance.params, wanted.known);
      this.#happened('launch');
      const launched = await launch(this.#world, {
        ...wanted,
        log: this.log,
        onReady: () => this.#happened('ready'),
        onStarted: (pid) => {
          this.#pid = pid;
        },
      });
      this.current = { launched, wanted };
      this.#errors = [];
      // One that is to be stopped by now has that behind this in its queue.
      this.#happened('configured');
      this.#watch(launched);
      this.log.write('info', `runs as process ${launched.pid}`);
    } catch (error) {
      this.#pid = null;
      this.#failed(error, 0);
    }
  }

  /** Notices its end, and that it does not listen any more. */
  #watch(launched: Launched): void {
    void launched.exited.then((status) => {
      if (this.current?.launched !== launched || this.state === 'stopping' || this.state === 'should-stop') return;
      const crashed = async (): Promise<void> => {
        if (this.current?.launched !== launched) return;
        const ranForMs = Date.now() - launched.startedAt;
        const problem = new LaunchProblem([`it ended with ${statusText(status)}${await launched.lastWords()}`], true);
        if (this.current?.launched !== launched) return;
        this.#unwatch();
        this.current = undefined;
        this.#pid = null;
        this.#errors = problem.problems;
        this.#happened('crashed');
        await launched.end();
        this.#failed(problem, ranForMs);
      };
      void setOffAt(launched.startedAt, () => this.#serially(crashed));
    });
    this.#endWatching = watchHealth(launched.client, this.#world.settings.healthMs, () => {
      this.log.write('error', 'does not listen any more, and is ended');
      void launched.end();
    });
  }

  #unwatch(): void {
    this.#endWatching();
    this.#world.revokeToken(this.name);
  }

  /** What failed is started again after a while, unless somebody has to mend it first or it failed too often. */
  #failed(error: unknown, ranForMs: number): void {
    const problem = error instanceof LaunchProblem ? error : undefined;
    const said = problem?.problems ?? [isUserError(error) ? errorLine(error) : String((error as Error).message)];
    this.#errors = said.map((text) => this.log.redact(text));
    for (const text of this.#errors) this.log.write('error', text);
    this.#failures = withFailure(this.#failures, Date.now(), ranForMs);
    const delay = problem?.mayPass ? waitAfter(this.#failures, this.#world.settings.restartMs, Math.random()) : undefined;
    if (delay === undefined && problem?.mayPass) this.log.write('error', `failed ${this.#failures.length} times, and is not started again`);
    this.#happened(delay !== undefined ? 'crashed' : problem?.mayPass ? 'given-up' : 'refused');
    this.#tellState();
    if (this.state !== 'restarting') return;
    this.#timer = setTimeout(
      () =>
        void this.#serially(async () => {
          if (this.state !== 'restarting') return;
          this.#restarts++;
          await this.#launch();
        }),
      delay,
    );
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#timer);
    const { current } = this;
    if (current === undefined) {
      this.#happened('stop');
      this.#happened('stopped');
      return;
    }
    this.#happened('stop');
    if (this.state === 'should-stop') this.#happened('stop');
    await this.#inFlight.drained(this.#world.settings.drainMs);
    this.#unwatch();
    const how = await stopLaunched(this.#world, current.launched);
    this.current = undefined;
    this.#pid = null;
    this.log.write('info', how);
    this.#happened('stopped');
  }
}
