import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiClient } from './api-client.ts';
import type { Logger } from './logger.ts';
import type { Action, Definition, Event, JsonObject } from './models.ts';
import type { ParamSpecs, Values } from './params.ts';
import type { ProviderError } from './provider-error.ts';

/** What every handler is given. */
export interface Call {
  readonly log: Logger;
  /** The API of the host. */
  readonly api: ApiClient;
  /** Tells the host, and whoever listens, that something happened. @throws ProviderError where the host refuses it; its `cause` has the `status` of the host's answer: 429 says that it takes no more for now */
  publish(type: string, action: string, key: string, object?: unknown): Promise<void>;
  /** Tells the host that the instance cannot go on; with code 403, that the provider may not be used at all. */
  leaving(error: ProviderError): Promise<void>;
}

/** What handlers are given of an instance that has been configured. */
export interface InstanceCall<Config> extends Call {
  /** The name of the instance. */
  readonly instance: string;
  /** The parameters of the instance. */
  readonly config: Config;
}

export interface ActionCall<Config, Params> extends InstanceCall<Config> {
  readonly params: Params;
  /** The object that is acted on; without fields where the host sends none. */
  readonly model: JsonObject;
  /** Everything that the host sent. */
  readonly action: Action;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
}

export interface PublishCall<Config> extends InstanceCall<Config> {
  readonly event: Event;
}

export interface RequestCall<Config> extends InstanceCall<Config> {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The whole URL, as the host was asked for it. */
  readonly url: URL;
  /** What of its path is behind `/plugin-apis/INSTANCE`. */
  readonly path: string;
}

export interface UpgradeCall<Config> extends InstanceCall<Config> {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly path: string;
}

export interface UnpackCall {
  readonly log: Logger;
  /** The directory for the files; it is there, and empty. */
  readonly directory: string;
}

export interface ValidateCall {
  readonly log: Logger;
  readonly api: ApiClient;
  readonly definition: Definition;
}

type Answer<Value = unknown> = Value | Promise<Value>;

/** An action, and who does it. */
export interface ActionHandler {
  readonly command: string;
  readonly model: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly run: (call: ActionCall<unknown, unknown>) => Answer;
}

/** A route of the provider's own, and who answers it. */
export interface RouteHandler {
  readonly method: string;
  /** Ends in `*` where all paths that begin so are meant. */
  readonly path: string;
  readonly run: (call: RequestCall<unknown>) => Answer;
}

/** All that a provider does, by what it is asked for. */
export interface Handlers {
  config?: (call: InstanceCall<unknown>) => Answer<void>;
  publish?: { readonly filters: readonly string[]; readonly run: (call: PublishCall<unknown>) => Answer<void> };
  unpack?: (call: UnpackCall) => Answer<void>;
  stop?: (call: { readonly log: Logger }) => Answer<void>;
  validate?: (call: ValidateCall) => Answer<Definition | undefined>;
  upgrade?: (call: UpgradeCall<unknown>) => Answer<void>;
  readonly actions: Map<string, ActionHandler>;
  readonly routes: RouteHandler[];
}

/** A provider as it was declared, and what it does. */
export interface Declared {
  readonly spec: ProviderSpec;
  readonly handlers: Handlers;
}

/** What a provider says of itself. */
export interface ProviderSpec<Specs extends ParamSpecs = ParamSpecs, Required extends keyof Specs = keyof Specs, Optional extends keyof Specs = keyof Specs> {
  /** Its name, which is that of its file as well. */
  readonly name: string;
  readonly version: string;
  /** The parameters that it knows, by name: of its instances, and of its actions. */
  readonly params?: Specs;
  /** The parameters that an instance must have, and may have. */
  readonly required?: readonly Required[];
  readonly optional?: readonly Optional[];
  /** Its content pack as YAML, as content:bundle writes it; it then has the parameters too. Made of `params` unless given. */
  readonly content?: string;
  readonly documentation?: string;
  readonly meta?: Readonly<Record<string, string>>;
  /** Whether an instance of the provider's own name is made when it is installed. */
  readonly autoStart?: boolean;
  /** Types of objects that the host keeps for it: a schema for each, or nothing. */
  readonly storeObjects?: Readonly<Record<string, JsonObject>>;
  /** What is logged: `info` and above unless given. */
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error';
}

/** The parameters of an instance, as its handlers get them. */
export type ConfigOf<Specs extends ParamSpecs, Required extends keyof Specs, Optional extends keyof Specs> = Values<Specs, Required, Optional>;
