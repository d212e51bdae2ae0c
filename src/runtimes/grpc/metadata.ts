import type { ConfigSchema } from '../../catalogue/release.ts';
import { Message } from './protobuf.ts';

/** What a plugin of Botkube's says of itself. */
export interface PluginMetadata {
  readonly version: string;
  /** On one line. */
  readonly description: string;
  /** The address of its documentation. */
  readonly documentation: string | undefined;
  readonly recommended: boolean;
  /** Of its configuration. */
  readonly schema: ConfigSchema | undefined;
  /** Of what its webhook takes, where it is a source. */
  readonly requestSchema: ConfigSchema | undefined;
  /** Programs that it needs, by name, and then by platform: `linux/amd64`. */
  readonly programs: ReadonlyMap<string, ReadonlyMap<string, { readonly url: string }>> | undefined;
}

/** The same, with what is wrong with it. */
export interface ToldMetadata {
  readonly details: PluginMetadata;
  /** Each to stand behind the source's name. */
  readonly faults: readonly string[];
}

/** The numbers that a field has in the answers of executors and of sources: Botkube's proto/executor.proto and proto/source.proto. */
const FIELDS = {
  executor: { documentation: 5, recommended: 6, externalRequest: undefined },
  source: { documentation: 6, recommended: 7, externalRequest: 5 },
} as const;

/**
 * Reads what a plugin of Botkube's answers to `Metadata`; what is wrong with it is told in the words of Botkube's generator (contract registry §1.3).
 * @throws Error for bytes that are no such answer
 */
export function readMetadata(bytes: Buffer, type: keyof typeof FIELDS): ToldMetadata {
  const message = messageOf(bytes);
  const fields = FIELDS[type];
  const faults: string[] = [];
  const payload = fields.externalRequest === undefined ? undefined : message.message(fields.externalRequest)?.message(1);
  const details = {
    version: message.text(1),
    description: message.text(2).replaceAll(/\s+/g, ' ').trim(),
    documentation: message.text(fields.documentation) || undefined,
    recommended: message.flag(fields.recommended),
    schema: schemaOf(message.message(3), faults),
    requestSchema: schemaOf(payload?.message(1), faults),
    programs: programsOf(message, faults),
  };
  return { details, faults };
}

function messageOf(bytes: Buffer): Message {
  try {
    return new Message(bytes);
  } catch (error) {
    throw new Error(`Metadata was answered with something that is no metadata: ${(error as Error).message}`, { cause: error });
  }
}

function schemaOf(message: Message | undefined, faults: string[]): ConfigSchema | undefined {
  const [value, url] = [message?.text(1) || undefined, message?.text(2) || undefined];
  if (value !== undefined && url !== undefined) faults.push('JSONSchema.Value and JSONSchema.RefURL are mutually exclusive. Pick one.');
  return value !== undefined ? { value } : url !== undefined ? { url } : undefined;
}

function programsOf(message: Message, faults: string[]): PluginMetadata['programs'] {
  const dependencies = message.entries(4);
  if (dependencies.length === 0) return undefined;
  return new Map(
    dependencies.map((entry) => {
      const name = entry.text(1);
      const places = (entry.message(2)?.entries(1) ?? []).map((place) => [place.text(1), { url: place.text(2) }] as const);
      if (places.length === 0) faults.push(`dependency URLs for key ${JSON.stringify(name)} cannot be empty`);
      for (const [platform, { url }] of places) if (url === '') faults.push(`dependency URLs for ${JSON.stringify(`${name}.${platform}`)} cannot be empty`);
      return [name, new Map(places.filter(([, { url }]) => url !== ''))] as const;
    }),
  );
}
