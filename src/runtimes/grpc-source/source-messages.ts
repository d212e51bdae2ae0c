import { field, textField } from '../grpc/encode.ts';
import { Message } from '../grpc/protobuf.ts';

/** What a source is told of where it runs (`SourceContext` in proto/source.proto of Botkube). */
export interface SourceContext {
  readonly clusterName: string;
  /** What its configuration is called. */
  readonly sourceName: string;
  /** Where requests for it are taken: the address for all, and its own; empty where there is none. */
  readonly webhookBase: string;
  readonly webhook: string;
}

/** What a source is started with. */
export interface StreamRequest {
  /** YAML. */
  readonly config: string;
  readonly context: SourceContext;
  /** The bytes of a kubeconfig; undefined where there is none. */
  readonly kubeConfig: Uint8Array | undefined;
}

/** Something that a source tells, as it sends it: Go's names of the fields (`Event` in pkg/api/source/grpc_adapter.go). */
export interface SourceEvent {
  /** A message of Botkube's. */
  readonly Message: unknown;
  /** What happened, in whatever form the source has it. */
  readonly RawObject: unknown;
  readonly AnalyticsLabels: unknown;
}

/** Nobody can click here, so that is left out. */
const encodeContext = ({ clusterName, sourceName, webhookBase, webhook }: SourceContext): Buffer =>
  Buffer.concat([textField(2, clusterName), textField(3, sourceName), field(4, Buffer.concat([textField(1, webhookBase), textField(2, webhook)]))]);

/** What `Source.Stream` is asked with. Botkube's own code for Go reads what is in the context without a look whether it is there. */
export const encodeStream = ({ config, context, kubeConfig }: StreamRequest): Buffer =>
  Buffer.concat([
    field(1, field(1, config)),
    field(3, Buffer.concat([field(1, encodeContext(context)), ...(kubeConfig === undefined ? [] : [field(2, kubeConfig)])])),
  ]);

/** What `Source.HandleExternalRequest` is asked with. */
export const encodeExternal = (payload: Uint8Array, { config, context }: StreamRequest): Buffer =>
  Buffer.concat([field(1, payload), field(2, field(1, config)), field(3, field(1, encodeContext(context)))]);

/** The event in what a source streams, or answers a request with. @throws Error for bytes that have none */
export function decodeEvent(bytes: Buffer): SourceEvent {
  const json = new Message(bytes).text(1);
  const value: unknown = json === '' ? {} : JSON.parse(json);
  if (typeof value !== 'object' || value === null) throw new Error('it is no object');
  const { Message: message = null, RawObject = null, AnalyticsLabels = null } = value as Record<string, unknown>;
  return { Message: message, RawObject, AnalyticsLabels };
}
