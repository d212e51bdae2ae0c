import { field, textField } from './encode.ts';
import { Message } from './protobuf.ts';

/** What an executor is asked to do (proto/executor.proto of Botkube). */
export interface ExecuteRequest {
  /** The whole command, the executor's name first. */
  readonly command: string;
  /** YAML; undefined where it has no configuration. */
  readonly config: string | undefined;
  /** The bytes of a kubeconfig; undefined where there is none. */
  readonly kubeConfig: Uint8Array | undefined;
  /** Who asks; empty where nobody knows. */
  readonly user: string;
}

/** What an executor answered: each a message of Botkube's as JSON. */
export interface ExecuteResponse {
  readonly message: unknown;
  readonly messages: readonly unknown[];
}

/**
 * The request as bytes. `context` and `incomingWebhook` in it are there even though they are empty: Botkube's own code for Go, which executors are built with, reads what is in them without a
 * look whether they are (`Execute` of grpcServer in pkg/api/executor/grpc_adapter.go).
 */
export function encodeExecute({ command, config, kubeConfig, user }: ExecuteRequest): Buffer {
  const whoAsks = Buffer.concat([textField(1, user), textField(2, user)]);
  const context = [
    ...(kubeConfig === undefined ? [] : [field(3, kubeConfig)]),
    field(4, Buffer.concat([textField(1, command), field(4, whoAsks)])),
    field(5, ''),
  ];
  return Buffer.concat([textField(1, command), ...(config === undefined ? [] : [field(2, field(1, config))]), field(3, Buffer.concat(context))]);
}

/** @throws Error for bytes that are no such answer */
export function decodeExecute(bytes: Buffer): ExecuteResponse {
  const response = new Message(bytes);
  return { message: messageIn(response.text(1)), messages: response.texts(2).map(messageIn) };
}

/** The answer to `Help`. @throws Error for bytes that are no such answer */
export const decodeHelp = (bytes: Buffer): ExecuteResponse => ({ message: messageIn(new Message(bytes).text(1)), messages: [] });

/** An empty one is left out by protocol buffers. */
const messageIn = (json: string): unknown => (json === '' ? {} : JSON.parse(json));
