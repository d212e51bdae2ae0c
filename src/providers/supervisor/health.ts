import type { PluginClient } from './plugin-client.ts';

/** So many looks in a row at which nobody listens, and it counts as dead. */
const MISSES = 3;

/** Looks again and again whether a plugin listens at its socket: the protocol has no question for it. @param onDead told once, when it does not any more @returns what ends the looking */
export function watchHealth(client: PluginClient, everyMs: number, onDead: () => void): () => void {
  let misses = 0;
  let timer: NodeJS.Timeout;
  let isOver = false;
  const look = async (): Promise<void> => {
    misses = (await client.isAlive()) ? 0 : misses + 1;
    if (isOver) return;
    if (misses >= MISSES) onDead();
    else timer = setTimeout(look, everyMs).unref();
  };
  timer = setTimeout(look, everyMs).unref();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
