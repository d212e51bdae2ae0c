import { setTimeout as sleep } from 'node:timers/promises';
import { RequestFailure } from './failure.ts';

/** How often something is tried that may pass. */
export const ATTEMPTS = 5;
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 20_000;

/**
 * Tries again what may pass, with growing, jittered waits or those that the server asks for.
 * @param onRetry told the reason, and the wait in seconds
 * @throws what the attempt throws; of a failure that did not pass, one that says how often
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  onRetry: ((reason: string, seconds: number) => void) | undefined,
  attempts = ATTEMPTS,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RequestFailure) || !error.passing) throw error;
      const { message, hint = 'try again later, or check the network' } = error;
      if (count >= attempts) throw new RequestFailure(count === 1 ? message : `${message}, ${count} times`, { hint, passing: true, cause: error });
      const backoff = FIRST_WAIT_MS * 2 ** (count - 1) * (0.5 + Math.random());
      const wait = Math.min(error.afterMs ?? backoff, LONGEST_WAIT_MS);
      onRetry?.(message, Math.round(wait / 100) / 10);
      await sleep(wait);
    }
  }
}
