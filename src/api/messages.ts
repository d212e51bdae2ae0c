import type { Readable, Writable } from 'node:stream';

/** The events whose hooks are run. */
export const HOOKS: readonly ['install', 'update', 'delete'] = ['install', 'update', 'delete'];
export type HookEvent = (typeof HOOKS)[number];

/** What a getter is told beside the URL. */
export interface GetterOptions {
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly caFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly passCredentialsAll?: boolean;
}

/** What a plugin is asked, by its type. */
export type Message =
  | { readonly kind: 'cli'; readonly extraArgs: readonly string[] }
  | { readonly kind: 'getter'; readonly href: string; readonly options?: GetterOptions }
  | { readonly kind: 'postrenderer'; readonly manifests: Uint8Array; readonly extraArgs?: readonly string[] };

/** A call of a plugin. Streams that are left out are nobody's: nothing is read, and what is printed is lost. */
export interface PluginInput {
  readonly message: Message;
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  /** `NAME=value`, on top of the environment of this process. */
  readonly env?: readonly string[];
}

/** What came of it: bytes of a getter or of a post-renderer, nothing of a command. */
export interface PluginOutput {
  readonly data: Uint8Array;
}

/** A plugin ended with a status other than 0. */
export class InvokeExecError extends Error {
  /** Its exit status; 128 and the signal's number for a death by signal, 126 where it could not be started. */
  readonly exitCode: number;

  constructor(plugin: string, exitCode: number) {
    super(`plugin ${JSON.stringify(plugin)} exited with error`);
    this.name = 'InvokeExecError';
    this.exitCode = exitCode;
  }
}
