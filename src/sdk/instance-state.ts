import { apiClient } from './api-client.ts';
import type { Call, Declared, Handlers, InstanceCall } from './calls.ts';
import type { Host } from './host.ts';
import { type Logger, type LogSource, loggerOf } from './logger.ts';
import type { JsonObject, LogLevel } from './models.ts';
import { withDefaults } from './params.ts';

/** A secret that is shorter would be found in half of all words. */
const LEAST_SECRET = 4;

/** An instance that is served: its configuration, and what its handlers are given. */
export class InstanceState {
  readonly declared: Declared;
  readonly host: Host;
  #name: string;
  #config: JsonObject = {};
  readonly #secrets = new Set<string>();
  readonly #source: LogSource;
  readonly #api = apiClient(process.env);

  constructor(declared: Declared, host: Host) {
    this.declared = declared;
    this.host = host;
    this.#name = declared.spec.name;
    this.#hide(process.env.RS_TOKEN);
    this.#source = { service: declared.spec.name, sink: host.log, level: declared.spec.logLevel ?? 'info', secrets: this.#secrets };
  }

  get handlers(): Handlers {
    return this.declared.handlers;
  }

  /** A logger for one request. */
  logger(options: { level?: LogLevel; isOfEvent?: boolean } = {}): Logger {
    return loggerOf(this.#source, options);
  }

  /** Takes the parameters of the instance, and its name, which is among them. */
  async configure(given: JsonObject, log: Logger): Promise<void> {
    const { spec, handlers } = this.declared;
    const { Name: name, ...params } = given;
    const { params: specs = {}, required = [], optional = [] } = spec;
    const config = withDefaults(specs, [...required, ...optional] as string[], params);
    for (const [param, value] of Object.entries(config)) if (specs[param]?.secure) this.#hide(value);
    const before = [this.#name, this.#config] as const;
    this.#name = typeof name === 'string' && name !== '' ? name : spec.name;
    this.#config = config;
    try {
      await handlers.config?.(this.call(log));
    } catch (error) {
      [this.#name, this.#config] = before;
      throw error;
    }
  }

  /** What a handler is given. */
  call(log: Logger): InstanceCall<JsonObject> {
    const { host } = this;
    const own: Call = {
      log,
      api: this.#api,
      publish: (Type, Action, Key, object = null) =>
        host.publish({ Time: new Date().toISOString(), Type, Action, Key, Principal: this.#name, Object: object, Original: null }),
      leaving: ({ body }) => host.leaving(body),
    };
    return { ...own, instance: this.#name, config: this.#config };
  }

  /** Has the provider's own handler run before the end; what it throws is logged, as there is nobody to tell. */
  async stop(): Promise<void> {
    const log = this.logger();
    try {
      await this.handlers.stop?.({ log });
    } catch (error) {
      log.error('stop failed', error);
    }
  }

  #hide(value: unknown): void {
    if (typeof value === 'string' && value.length >= LEAST_SECRET) this.#secrets.add(value);
    else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) this.#hide(one);
  }
}
