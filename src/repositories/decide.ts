/** What is known when a copy is looked into. */
export interface Situation {
  /** When the copy was last known to be what its server has, in milliseconds; undefined where there is no copy that can be read. */
  readonly askedAt: number | undefined;
  /** For an index on this machine: whether it is another one by now. undefined where a server has to be asked. */
  readonly isChanged: boolean | undefined;
  /** When it was last tried in vain to reach the server since then, in milliseconds; undefined where it was not. */
  readonly failedAt: number | undefined;
  readonly ttlMs: number;
  readonly now: number;
  readonly refresh: boolean;
  readonly offline: boolean;
  /** Whether a newer copy could be kept. */
  readonly mayWrite: boolean;
}

/** What is done then: the copy is used, or whoever has the index is asked, or nothing can be had. Why a copy is used that is too old is to be told. */
export type Decision =
  | { readonly does: 'use'; readonly tooOld?: 'not writable' | 'not reached' }
  | { readonly does: 'ask' }
  | { readonly does: 'give up'; readonly because: 'offline' | 'not writable' };

/** For how long a server that could not be reached is left alone: each try may be a wait of ten seconds. */
export const LEFT_ALONE_MS = 60_000;

/** Clocks of machines that share a home differ by so much, or less. */
const CLOCKS_DIFFER_MS = 60_000;

/** Whether a copy is used as it is. */
export function decide({ askedAt, isChanged, failedAt, ttlMs, now, refresh, offline, mayWrite }: Situation): Decision {
  if (askedAt === undefined) {
    if (offline && isChanged === undefined) return { does: 'give up', because: 'offline' };
    return mayWrite ? { does: 'ask' } : { does: 'give up', because: 'not writable' };
  }
  const age = now - askedAt;
  const isOld = isChanged ?? (age >= ttlMs || age < -CLOCKS_DIFFER_MS);
  if (!isOld && !refresh) return { does: 'use' };
  if (offline && isChanged === undefined) return { does: 'use' };
  if (!mayWrite) return { does: 'use', tooOld: 'not writable' };
  const isLeftAlone = failedAt !== undefined && failedAt <= now && now - failedAt < LEFT_ALONE_MS;
  return isLeftAlone && !refresh ? { does: 'use', tooOld: 'not reached' } : { does: 'ask' };
}
