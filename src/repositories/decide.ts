/** What is known when a copy is looked into. */
export interface Situation {
  /** When the copy was last known to be what its server has, in milliseconds; undefined where there is no copy that can be read. */
  readonly askedAt: number | undefined;
  /** For an index on this machine: whether it is another one by now. undefined where a server has to be asked. */
  readonly isChanged: boolean | undefined;
  readonly ttlMs: number;
  readonly now: number;
  readonly refresh: boolean;
  readonly offline: boolean;
  /** Whether a newer copy could be kept. */
  readonly mayWrite: boolean;
}

/** What is done then: the copy is used, or whoever has the index is asked, or nothing can be had. `isTooOld` is to be told. */
export type Decision =
  | { readonly does: 'use'; readonly isTooOld: boolean }
  | { readonly does: 'ask' }
  | { readonly does: 'give up'; readonly because: 'offline' | 'not writable' };

/** Clocks of machines that share a home differ by so much, or less. */
const CLOCKS_DIFFER_MS = 60_000;

/** Whether a copy is used as it is. */
export function decide({ askedAt, isChanged, ttlMs, now, refresh, offline, mayWrite }: Situation): Decision {
  if (askedAt === undefined) {
    if (offline && isChanged === undefined) return { does: 'give up', because: 'offline' };
    return mayWrite ? { does: 'ask' } : { does: 'give up', because: 'not writable' };
  }
  const age = now - askedAt;
  const isOld = isChanged ?? (age >= ttlMs || age < -CLOCKS_DIFFER_MS);
  if (!isOld && !refresh) return { does: 'use', isTooOld: false };
  if (offline && isChanged === undefined) return { does: 'use', isTooOld: false };
  return mayWrite ? { does: 'ask' } : { does: 'use', isTooOld: true };
}
