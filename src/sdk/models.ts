// What travels between a host and a provider, under the names that the protocol has for it.

/** An object as JSON has it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What a host asks a provider to do. */
export interface Action {
  /** The whole object that is acted on; for an action on the system, whatever the host sends. */
  readonly Model?: unknown;
  /** The instance that is asked. */
  readonly Plugin?: string;
  readonly Command: string;
  readonly CommandSet?: string;
  readonly Params?: JsonObject;
}

/** Something that happened. */
export interface Event {
  readonly Time: string;
  readonly Type: string;
  readonly Action: string;
  readonly Key: string;
  readonly Principal?: string;
  readonly Object?: unknown;
  /** The object as it was before, where it was changed. */
  readonly Original?: unknown;
}

/** The body of every error, and of what succeeded without a value. */
export interface ErrorBody {
  readonly Model: string;
  readonly Key: string;
  readonly Type: string;
  readonly Messages: readonly string[] | null;
  readonly Code: number;
}

/** A line of a provider's log. */
export interface LogLine {
  readonly Group: number;
  readonly Seq: number;
  readonly Time: string;
  readonly Service: string;
  readonly Principal: string;
  readonly Level: LogLevel;
  readonly File: string;
  readonly Line: number;
  readonly Message: string;
  readonly Data: readonly unknown[];
  /** True of what is logged while an event is handled: it becomes no event itself. */
  readonly IgnorePublish: boolean;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What `define` prints. */
export interface Definition {
  readonly Meta: Readonly<Record<string, string>>;
  readonly Name: string;
  readonly Version: string;
  readonly PluginVersion: number;
  readonly AutoStart: boolean;
  readonly HasPublish: boolean;
  readonly AvailableActions: readonly {
    readonly Provider: string;
    readonly Model: string;
    readonly Command: string;
    readonly RequiredParams: readonly string[];
    readonly OptionalParams: readonly string[];
  }[];
  readonly RequiredParams: readonly string[];
  readonly OptionalParams: readonly string[];
  readonly StoreObjects: Readonly<Record<string, JsonObject>>;
  readonly Documentation: string;
  readonly Content: string;
}

/** The version of the protocol, by its number in `PluginVersion` and in paths. */
export const PROTOCOL_VERSION = 4;
