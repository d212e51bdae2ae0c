import type { IncomingMessage } from 'node:http';
import { ProviderError } from './provider-error.ts';

const MOST_BYTES = 8 << 20;

/**
 * The JSON that a request brings; undefined for none.
 * @throws ProviderError where it is not declared as JSON, is none, or is too large
 */
export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!type.toLowerCase().includes('application/json')) throw new ProviderError(`Invalid content type: ${type}`, { type: 'POST' });
  const text = await textOf(request);
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProviderError((error as Error).message, { type: 'POST' });
  }
}

/** What a request brings, as text. @throws ProviderError where it is too large */
export const textOf = async (request: IncomingMessage): Promise<string> => (await bytesOf(request)).toString();

/** What a request brings. @throws ProviderError where it is too large */
export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new ProviderError(`the body is larger than ${MOST_BYTES >> 20} MiB`, { code: 413, type: 'POST' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
