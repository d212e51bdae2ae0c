import { LIMIT_KEYS, LIMIT_TABLES, limitText } from '../../plugins/wasm/limit-words.ts';
import type { WasmLimits, WasmPolicy } from '../../plugins/wasm/policy.ts';

type Limit = keyof WasmLimits | 'hosts';

/** A guest went for more than it was granted. */
export class LimitReached extends Error {
  readonly status: number;

  /** @param what it did, in words @param status the exit status */
  constructor(what: string, limit: Limit, policy: WasmPolicy, status = 1) {
    super(`${what}; ${grantedText([limit], policy)}`);
    this.status = status;
  }
}

/** What a guest is granted of some limits, and the keys that say so. */
export function grantedText(of: readonly Limit[], { manifest, limits, hosts }: WasmPolicy): string {
  const values = of.map((limit) => (limit === 'hosts' ? (hosts.length === 0 ? 'no host' : hosts.join(', ')) : limitText(limit, limits[limit])));
  const keys = of.map((limit) => LIMIT_KEYS[manifest][limit]).filter((key) => key !== undefined);
  return `it is granted ${values.join(' and ')}${keys.length === 0 ? '' : `: ${keys.join(' and ')} under ${LIMIT_TABLES[manifest]} of ${manifest}`}`;
}
