import { harmlessLine } from '../../system/harmless.ts';
import type { Connection } from './connection.ts';
import { CallFailure, reasonOf, statusName } from './failures.ts';
import { HandshakeFailure } from './handshake.ts';
import { readMetadata, type ToldMetadata } from './metadata.ts';
import { endBehindConnection, startPlugin } from './plugin-process.ts';

/** A plugin that runs on this machine, and how it is asked. */
export interface AskedPlugin {
  readonly file: string;
  readonly type: 'executor' | 'source';
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long it may take to answer. */
  readonly patienceMs: number;
}

/** What a program told, or why it did not, as a sentence; and whether it is a plugin all the same, so that there is no use in asking it in another way. */
export type MetadataAnswer = (ToldMetadata | { readonly details?: undefined; readonly why: string }) & { readonly isPlugin: boolean };

const SAID_BYTES = 200;

/** Starts a plugin as go-plugin does, asks it for its `Metadata`, and ends it. Never rejects. */
export async function askMetadata({ file, type, cwd, env, patienceMs }: AskedPlugin): Promise<MetadataAnswer> {
  const began = Date.now();
  const unheard = (): void => {};
  const plugin = startPlugin(file, { env, cwd, startMs: patienceMs, onLine: unheard, onNoise: unheard });
  let connection: Connection | undefined;
  try {
    const { connectTo } = await import('./connection.ts');
    connection = connectTo(await plugin.place);
    const method = `/${type === 'executor' ? 'executor.Executor' : 'source.Source'}/Metadata`;
    const bytes = await connection.call(method, Buffer.alloc(0), { timeoutMs: Math.max(patienceMs - (Date.now() - began), 1) });
    return { ...readMetadata(bytes, type), isPlugin: true };
  } catch (error) {
    const isPlugin = connection !== undefined || error instanceof HandshakeFailure;
    const isLost = error instanceof CallFailure && statusName(error.status) === 'UNAVAILABLE';
    const status = isLost ? await endBehindConnection(plugin) : undefined;
    const why = status === undefined ? whyUntold(error) : `it ended with status ${status} before it answered Metadata`;
    const said = (isPlugin && status === undefined) || plugin.lastWords() === '' ? '' : `: ${plugin.lastWords()}`;
    return { why: harmlessLine(`${why}${said}`).slice(0, 2 * SAID_BYTES), isPlugin };
  } finally {
    connection?.close();
    await plugin.end(false);
  }
}

function whyUntold(error: unknown): string {
  if (error instanceof CallFailure) {
    const status = statusName(error.status);
    if (status === 'UNAVAILABLE') return `Metadata could not be asked: ${reasonOf(error)}`;
    if (status === 'DEADLINE_EXCEEDED') return 'Metadata was not answered in time';
    return `Metadata was refused with ${status}${error.message === '' ? '' : `: ${error.message}`}`;
  }
  const text = error instanceof Error ? error.message : String(error);
  return /^Metadata /.test(text) ? text : `it ${text}`;
}
