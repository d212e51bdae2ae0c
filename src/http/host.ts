import { isIP } from 'node:net';

/** A host without the brackets that an IPv6 address has in a URL. */
export const bareHost = (host: string): string => host.replace(/^\[|\]$/g, '');

/** Whether a host, with or without brackets, is this machine and nobody else. A name that only looks like an address is somebody's. */
export function isLoopbackHost(host: string): boolean {
  const bare = bareHost(host).toLowerCase();
  return bare === 'localhost' || (isIP(bare) !== 0 && /^(127\.|::1$)/.test(bare));
}
