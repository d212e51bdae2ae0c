import { randomBytes } from 'node:crypto';
import type { Environment } from '../../home/layout.ts';
import type { ActionWorld } from '../actions/actions.ts';
import { refuseUpgrade } from '../api/forward.ts';
import { hostRoutes } from '../api/host-routes.ts';
import { ApiError, answering, type CallerHandler, notFound, sendError } from '../api/http.ts';
import { mainRoutes } from '../api/main-routes.ts';
import { Tokens } from '../api/tokens.ts';
import { EventDoor } from '../events/event-door.ts';
import { EventHub } from '../events/hub.ts';
import { NO_NATS, openNats } from '../events/nats/open-nats.ts';
import { Readers } from '../events/readers.ts';
import { EventStreams } from '../events/stream.ts';
import { EventSockets, isForEvents } from '../events/websocket.ts';
import { type EventModel, errorModel, errorText, eventOf } from '../models.ts';
import { ObjectStore } from '../objects/object-store.ts';
import type { ProviderPaths } from '../paths.ts';
import { InstanceEvents } from './instance-events.ts';
import { Inventory } from './inventory.ts';
import { endMarked, Reaper } from './process-marks.ts';
import { homeKey, makeRunFolder, type RunFolder } from './run-folder.ts';
import type { ServeSettings } from './settings.ts';
import { type InstanceStatus, Supervised, type SupervisedWorld } from './supervised.ts';
import { Watchdog } from './watchdog.ts';

/** What a supervisor is made of. */
export interface SupervisorOptions {
  readonly paths: ProviderPaths;
  readonly home: string;
  readonly packagePath: string;
  readonly version: string;
  readonly env: Environment;
  readonly settings: ServeSettings;
  /** Where the API port is; undefined where there is none. */
  readonly endpoint?: string | undefined;
  /** For one action alone: its processes and sockets are apart from those of a supervisor. */
  readonly isOneShot?: boolean;
  /** Told what people may want to know. */
  readonly onNote: (text: string) => void;
}

/** How many instances are started at once: each start is a process or two of work. */
const STARTED_AT_ONCE = 8;
/** How long those who read events have for what waits for them, when all ends. */
const LAST_EVENTS_MS = 2000;
/** Where there is no API port, the API is reached by RS_LOCAL_PROXY alone, and this names no host. */
const NO_ENDPOINT = 'http://localhost';

/** Runs the instances of a home: starts, watches, stops them, and answers what they and others ask. */
export class Supervisor {
  readonly options: SupervisorOptions;
  readonly tokens = new Tokens();
  readonly events = new EventHub();
  /** Takes the events of instances and of the owner. */
  readonly eventDoor = new EventDoor(this.events);
  readonly readers = new Readers();
  /** Has events of other homes here, and those of this home there. */
  nats = NO_NATS;
  /** Answer those who want to read events for a while. */
  readonly eventStreams = new EventStreams(this.events, this.readers, () => this.nats);
  readonly eventSockets = new EventSockets(this.events, this.readers);
  readonly objects: ObjectStore;
  readonly run: RunFolder;
  readonly inventory: Inventory;
  /** Answers the API that plugins call back. */
  readonly mainApi: CallerHandler;
  readonly #instances = new Map<string, Supervised>();
  readonly #instanceEvents = new InstanceEvents(this.events, this.readers);
  readonly #changeListeners = new Set<() => void>();
  readonly #world: SupervisedWorld;
  readonly #watchdog: Watchdog;
  #isStopping = false;

  /** @throws UserError where the directory for sockets cannot be used */
  constructor(options: SupervisorOptions) {
    const { paths, home, env, settings, packagePath, endpoint, isOneShot } = options;
    this.options = options;
    this.objects = new ObjectStore(paths.objects, ({ type, action, key, object, original, by }) =>
      this.#publish({ ...eventOf(type, action, key, by || 'owner', object), Original: original }, by),
    );
    this.inventory = new Inventory(paths);
    const purpose = isOneShot ? `-${process.pid}` : '';
    const life = `${homeKey(home)}${purpose}.`;
    const mark = `${life}${randomBytes(4).toString('hex')}.`;
    this.run = makeRunFolder(home, env, purpose);
    this.#watchdog = new Watchdog(packagePath, mark);
    this.mainApi = answering(
      mainRoutes({
        info: { id: homeKey(home), version: options.version, api_port: endpoint === undefined ? 0 : Number(new URL(endpoint).port), features: ['plugin-v4'] },
        actions: () => this.actionWorld(),
        actionMs: settings.actionMs,
        publish: (event, from) => this.eventDoor.publish(event, from),
        streamEvents: this.eventStreams.answer,
        plugins: (reader) => this.inventory.shownInstances(reader, (name) => this.#instances.get(name)?.status.errors ?? []),
        providers: () => this.inventory.shownProviders(),
        content: (type) => this.inventory.content(type),
      }),
    );
    const hostApi = answering(
      hostRoutes({
        objects: this.objects,
        publish: (event, from) => this.eventDoor.publish(event, from),
        log: (name, { level, message, ignorePublish }) => {
          const log = this.#instances.get(name)?.log;
          log?.write(level, message);
          if (ignorePublish) return;
          this.eventDoor.publishLine(eventOf('log', level, name, name, { Level: level, Message: log?.redact(message) ?? '', Service: name }), name);
        },
        leaving: (name, error) => this.#instances.get(name)?.leaving(error === undefined ? 'it said nothing' : errorText(error), error?.Code === 403),
        storesOf: (name) => Object.keys(this.#instances.get(name)?.current?.wanted.provider.definition.storeObjects ?? {}),
      }),
    );
    this.#world = {
      paths,
      env,
      settings,
      mark,
      run: this.run,
      watchdog: this.#watchdog,
      reaper: new Reaper(),
      endpoint: endpoint ?? NO_ENDPOINT,
      issueToken: (name) => this.tokens.issue(name),
      revokeToken: (name) => this.tokens.revoke(name),
      wanted: (name) => {
        const instance = this.inventory.instance(name);
        const provider = this.inventory.provider(instance.provider);
        return { instance, provider, known: this.inventory.known(provider.name) };
      },
      onState: (one) => this.#onState(one),
      hostHandler: (name) => (request, response) => {
        if (!(request.url ?? '').startsWith('/api/')) return hostApi(request, response, { kind: 'instance', name });
        const caller = this.tokens.callerOf(request.headers.authorization);
        if (caller === undefined) return sendError(response, new ApiError(401, errorModel(401, ['a token is needed'])));
        this.mainApi(request, response, caller);
      },
      hostUpgrade: (request, socket, head) => {
        const caller = this.tokens.callerOf(request.headers.authorization);
        if (caller === undefined) refuseUpgrade(socket, new ApiError(401, errorModel(401, [])));
        else if (isForEvents(request)) void this.eventSockets.accept(request, socket, head, caller);
        else refuseUpgrade(socket, notFound(request));
      },
    };
  }

  /** Ends what an earlier supervisor of the home left, if it and its watchdog died at once. @returns how many processes that were */
  endLeftovers(): Promise<number> {
    return endMarked([`${homeKey(this.options.home)}.`]);
  }

  get statuses(): InstanceStatus[] {
    return [...this.#instances.values()].map(({ status }) => status).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): Supervised | undefined {
    return this.#instances.get(name);
  }

  /** Has somebody told whenever an instance changes, comes or goes. @returns what ends it */
  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => void this.#changeListeners.delete(listener);
  }

  #tellChange(): void {
    for (const listener of this.#changeListeners) listener();
  }

  /** An instance that is known now, be it running or not. @throws UserError where there is none of that name */
  known(name: string): Supervised {
    const found = this.#instances.get(name);
    if (found) return found;
    const made = new Supervised(this.#world, this.inventory.instance(name));
    this.#instances.set(name, made);
    this.#tellChange();
    return made;
  }

  /** Connects the events to NATS, where the home's settings say so. Whether a server is reached is seen later. */
  async connectEvents(): Promise<void> {
    const { home, paths, env, onNote } = this.options;
    this.nats = await openNats({ home, folder: paths.nats, hub: this.events, env, onNote });
  }

  /**
   * Starts all instances that are to run, a few at a time.
   * @param onStarted told of each, once it runs or cannot
   */
  async startAll(onStarted: (done: number, all: number) => void = () => {}): Promise<void> {
    const all = this.inventory.instances();
    const wanted = all.filter((one) => one.wanted).map(({ name }) => this.known(name));
    for (const one of all) if (!one.wanted) this.known(one.name);
    await this.startMany(wanted, onStarted);
  }

  async startMany(wanted: readonly Supervised[], onStarted: (done: number, all: number) => void = () => {}): Promise<void> {
    const left = [...wanted];
    let done = 0;
    const work = async (): Promise<void> => {
      for (let one = left.shift(); one !== undefined && !this.#isStopping; one = left.shift()) {
        await one.start();
        onStarted(++done, wanted.length);
      }
    };
    await Promise.all(Array.from({ length: STARTED_AT_ONCE }, work));
  }

  /** Stops an instance and forgets it. */
  async forget(name: string): Promise<void> {
    await this.#instances.get(name)?.stop();
    this.#instances.delete(name);
    this.#tellChange();
  }

  /** Has the instances of a provider use it as it is now. @returns which were restarted */
  async reloadProvider(provider: string): Promise<string[]> {
    this.inventory.known();
    const found = this.inventory.instances().filter((one) => one.provider === provider && one.wanted);
    await Promise.all(found.map(({ name }) => (this.find(name) === undefined ? this.known(name).start() : this.known(name).restart())));
    return found.map(({ name }) => name);
  }

  /** Stops everything, and says goodbye to the watchdog. */
  async stopAll(): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#instances.values()].map((one) => one.stop()));
    await Promise.all([...this.#instances.values()].map((one) => one.log.flush()));
    await this.events.close(LAST_EVENTS_MS);
    await this.nats.close(LAST_EVENTS_MS);
    this.#watchdog.dismiss();
  }

  /** What actions are run in, as it is now. */
  actionWorld(): ActionWorld {
    const serving = [...this.#instances.values()]
      .filter(({ state }) => state === 'running' || state === 'stopping')
      .sort((a, b) => a.servingSince - b.servingSince);
    return {
      objects: this.objects,
      // Each start of an instance, and each change of a provider, looks at them anew: an action does not.
      known: this.inventory.lastKnown,
      targets: serving.flatMap((one) => {
        const { current } = one;
        if (current === undefined) return [];
        const { name, definition } = current.wanted.provider;
        return [{ instance: one.name, provider: name, actions: definition.actions, act: (body, timeoutMs) => one.act(body, timeoutMs) }];
      }),
      onCall: (type, command, key, action) => this.#publish(eventOf(type, command, key, 'owner', action)),
    };
  }

  #onState(one: Supervised): void {
    this.#tellChange();
    const { name, state, errors } = one.status;
    this.#instanceEvents.onState(one);
    if (state === 'failed' || state === 'restarting') this.options.onNote(`${name} is ${state}: ${errors.join('; ')}`);
  }

  #publish(event: EventModel, from = ''): void {
    this.events.publish(event, { from });
  }
}
