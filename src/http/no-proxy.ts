import { BlockList, isIP } from 'node:net';
import { bareHost } from './host.ts';

/**
 * Whether `no_proxy` exempts a host, by curl's rules: names between commas or spaces, each for itself and the names below it, with or without a dot
 * in front; addresses, also with `/bits`; `*` for every host. Ports are not looked at.
 * @param hostname as a URL gives it: IPv6 in brackets
 */
export function needsNoProxy(hostname: string, list: string): boolean {
  const host = bareHost(hostname).replace(/\.$/, '').toLowerCase();
  const family = isIP(host);
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || (family === 0 ? isBelow(host, entry) : isWithin(host, family, entry)));
}

function isBelow(host: string, entry: string): boolean {
  const domain = entry.replace(/^\./, '').replace(/\.$/, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

function isWithin(host: string, family: number, entry: string): boolean {
  const [address = '', bits] = entry.replace(/[[\]]/g, '').split('/');
  if (isIP(address) !== family) return false;
  const length = bits === undefined ? (family === 4 ? 32 : 128) : /^\d+$/.test(bits) ? Number(bits) : Number.NaN;
  if (!(length <= (family === 4 ? 32 : 128))) return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  const network = new BlockList();
  network.addSubnet(address, length, kind);
  return network.check(host, kind);
}
