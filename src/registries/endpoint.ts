import { isLoopbackHost } from '../http/host.ts';

/** Docker Hub: its images are named by one host, asked of another, and its credentials are kept under a third name. */
const HUB = { name: 'docker.io', host: 'registry-1.docker.io', credentials: 'https://index.docker.io/v1/' };

const isHub = (registry: string): boolean => [HUB.name, HUB.host, 'index.docker.io'].includes(registry);

/** Where a registry is asked, and what its credentials are kept under. */
export interface Endpoint {
  /** `https://host:port` */
  readonly origin: string;
  /** As docker's config.json and credential helpers have it. */
  readonly credentialsName: string;
}

/**
 * Where a registry is asked: in https, unless it is on this machine, or listed as one that is spoken to in http.
 * @param registry `host[:port]`
 * @param plainHttp registries that are spoken to in http
 */
export function endpointOf(registry: string, plainHttp: readonly string[]): Endpoint {
  if (isHub(registry)) return { origin: `https://${HUB.host}`, credentialsName: HUB.credentials };
  return { origin: `${isPlainHttp(registry, plainHttp) ? 'http' : 'https'}://${registry}`, credentialsName: registry };
}

/** Whether a host with its port may be spoken to in http. */
const isPlainHttp = (registry: string, plainHttp: readonly string[]): boolean => isLoopbackHost(registry.replace(/:\d+$/, '')) || plainHttp.includes(registry);

/**
 * Whether an address that a registry names, for tokens, may be given credentials for that registry: it is https; or the registry is spoken to in http, and the
 * address may be, too.
 */
export function mayHaveCredentials(address: URL, registryOrigin: string, plainHttp: readonly string[]): boolean {
  if (address.username !== '' || address.password !== '') return false;
  if (address.protocol === 'https:') return true;
  return address.protocol === 'http:' && registryOrigin.startsWith('http:') && isPlainHttp(address.host, plainHttp);
}
