import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { download } from '../../src/http/download.ts';

/** What came of a download. */
export interface Fetched extends Awaited<ReturnType<typeof download>> {
  readonly body: Buffer;
  /** Why it was tried again, in order. */
  readonly retries: readonly string[];
}

/** How a download is asked; retries, like all else, are told. */
export interface Fetching {
  readonly env?: Readonly<Record<string, string>>;
  readonly maxBytes?: number;
  readonly stalledAfterMs?: number;
  readonly ownHeaders?: Readonly<Record<string, string>>;
  readonly attempts?: number;
}

/** Downloads with nothing of this process's environment, and gives the file back. A failure has its retries beside its message. */
export async function fetched(url: string, { env = {}, maxBytes = 1e9, ...options }: Fetching = {}): Promise<Fetched> {
  const scratch = mkdtempSync(join(tmpdir(), 'tool-download-'));
  const retries: string[] = [];
  try {
    const file = join(scratch, 'file');
    const result = await download(url, file, { maxBytes, ...options, onRetry: (reason) => void retries.push(reason) }, env);
    return { ...result, body: readFileSync(file), retries };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The line that a failed download ends in, as `main` words it. */
export const failureOf = (url: string, options: Fetching = {}): Promise<string> =>
  fetched(url, options).then(
    () => 'it did not fail',
    (error: Error & { hint?: string }) => (error.hint ? `${error.message}; ${error.hint}` : error.message),
  );
