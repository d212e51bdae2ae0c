import type { JsMsg } from '@nats-io/jetstream';
import type { Session } from './connection.ts';

/** How many messages are asked for at once. */
const BATCH = 500;

/** What is read. */
interface Reading {
  /** Without the bodies. */
  readonly isHeadersOnly?: boolean;
  /** What is there already, and nothing that comes later. */
  readonly isOver?: boolean;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/**
 * The messages of the stream from a sequence number on, in its order and without gaps, and those that come later, until the session ends or nobody takes them any more.
 * A consumer of the server's sends them; it ends with the reading.
 * @throws Error what the server says
 */
export async function* readStream(session: Session, from: number, { isHeadersOnly = false, isOver = false, signal }: Reading = {}): AsyncGenerator<JsMsg> {
  const { DeliverPolicy } = await import('./library.ts');
  const { client, stream, ended } = session;
  if (ended.aborted) return;
  const consumer = await client.consumers.get(stream.name, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.max(1, from),
    filter_subjects: `${stream.subject}.>`,
    headers_only: isHeadersOnly,
  });
  if (isOver && (await consumer.info(true)).num_pending === 0) return;
  const messages = await consumer.consume({ max_messages: BATCH, abort_on_missing_resource: true });
  const stop = (): void => messages.stop();
  ended.addEventListener('abort', stop);
  signal?.addEventListener('abort', stop);
  try {
    for await (const message of messages) {
      if (signal?.aborted) return;
      yield message;
      if (isOver && (message.seq >= stream.last || message.info.pending === 0)) return;
    }
  } finally {
    ended.removeEventListener('abort', stop);
    signal?.removeEventListener('abort', stop);
    messages.stop();
    if (!ended.aborted) await consumer.delete().catch(() => {});
  }
}

/**
 * The sequence number of the first message that is not older than a time; one behind the last where there is none.
 * @param since in milliseconds since 1970
 */
export async function sequenceAt({ manager, stream }: Session, since: number): Promise<number> {
  const { AckPolicy, DeliverPolicy } = await import('./library.ts');
  const { name, delivered } = await manager.consumers.add(stream.name, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: new Date(since).toISOString(),
    inactive_threshold: 10_000_000_000,
    mem_storage: true,
  });
  await manager.consumers.delete(stream.name, name).catch(() => {});
  return delivered.stream_seq + 1;
}
