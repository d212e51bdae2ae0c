import { isObject, isOneOf } from '../system/own-json.ts';
import type { StandingKind } from './kind.ts';

/** Put there by hand, before the store knew of it. */
export interface UnknownSource {
  readonly kind: 'unknown';
}

export const UNKNOWN: UnknownSource = { kind: 'unknown' };

const isUnknown = isObject<UnknownSource>({ kind: isOneOf('unknown') });

export const unknown: StandingKind<UnknownSource> = {
  name: 'unknown',
  isCopy: true,
  read: (kept) => (isUnknown(kept) ? kept : undefined),
  write: (source) => source,
  text: () => 'put there by hand',
  follows: () => 'unknown',
  update: () => ({ stays: 'left alone', why: 'not managed by git' }),
  compare: async () => ({ state: 'not checked', problem: 'it was put there by hand' }),
};
