import { UserError } from '../../errors.ts';
import { isOneOf, isSha256 } from '../../system/own-json.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import type { SourceKind } from '../kind.ts';
import type { SourceRequest } from '../request.ts';
import { ADDON_ROLES, type AddonSource, isAddonSource, isPackageAddress, type WantedAddon } from './source.ts';

const HOW = 'addon:install and addon:apply install add-ons';

const wantedFor = ({ kind: _, url: __, ...source }: AddonSource, isTold: boolean): WantedAddon => ({ ...source, isTold });

/** The package of an add-on of a host, of which a plugin is made: asked for by addon:install and addon:apply, and by what they wrote down. */
export const addon: SourceKind<AddonSource> = {
  name: 'addon',
  isCopy: true,
  isAsked: false,
  hasVersions: false,
  isPacked: true,
  isNamed: false,
  read: (kept) => (isAddonSource(kept) ? kept : undefined),
  write: (source) => source,
  text: ({ url, sha256 }) => `${url} (sha256:${sha256.slice(0, 12)})`,
  follows: () => 'add-on',

  parse({ source, addon: wanted }) {
    if (wanted === undefined) return undefined;
    if (isPackageAddress(source)) return source;
    throw new UserError('not-a-source', `${withoutSecrets(source)} is no address of the package of ${wanted.name}`, {
      hint: 'give an https: or file: address',
    });
  },
  nameOf: () => undefined,
  expected: ({ addon: wanted }, address) => ({ kind: 'addon', url: withoutSecrets(address), ...plain(wanted) }),
  stage: async ({ addon: wanted }, address, world) => (await import('./stage.ts')).stageAddon(plainly(wanted), address, world),
  // A version never changes (contract registry §2.1): what was installed from there is what would come.
  isUnchanged: async (source, { source: address, addon: wanted }) => wanted !== undefined && isWanted(source, wanted, address),

  update: () => ({ stays: 'left alone', why: `is an add-on; ${HOW}` }),
  compare: async ({ name }) => ({ state: 'not checked', problem: `it is an add-on; addon:versions ${name} lists its versions` }),

  place: ({ url }) => url,
  authorPlace: () => undefined,
  published: ({ url, sha256 }) => (/^https?:/i.test(url) ? { form: 'archive', url, sha256 } : undefined),
  isExact: () => false,
  standsAt: ({ version }) => `stands at ${version}`,
  sameWords: (a, b) => a.version === b.version && a.role === b.role && a.config === b.config,
  isSame: (a, b) => a.sha256 === b.sha256 && a.version === b.version && a.role === b.role && a.config === b.config,

  lockKey: 'addon',
  toLock: ({ url, name, version, sha256, role, config }) => ({
    addon: url,
    name,
    release: version,
    sha256,
    ...(role === 'join' ? { role } : {}),
    ...(config === '' ? {} : { config }),
  }),
  fromLock(url, { text, wrong }) {
    const [name = '', version = '', sha256 = '', role = 'install', config = ''] = ['name', 'release', 'sha256', 'role', 'config'].map(text);
    if (!isPackageAddress(url)) throw wrong('has an "addon" that is no http, https or file address');
    if (!isSha256(sha256)) throw wrong('has no "sha256" of 64 hexadecimal digits');
    if (!isOneOf(...ADDON_ROLES)(role)) throw wrong('has a "role" that is not install or join');
    const source = { kind: 'addon', name, version, url, sha256, role, config } as const;
    if (!isAddonSource(source)) throw wrong('has no "name", "release" or "config" of an add-on');
    return source;
  },
  again: (source, address): SourceRequest => ({ source: address, addon: wantedFor(source, false), link: false }),

  declaredKeys: ['addon', 'version', 'checksum'],
  mayBePath: false,
  toDeclaration: ({ url, version, sha256 }) => ({ addon: url, version, checksum: `sha256:${sha256}` }),
  fromDeclaration(name, { version = '', checksum = '' }) {
    const sha256 = checksum.replace(/^sha256:/i, '').toLowerCase();
    const wanted: WantedAddon = { name, version, sha256, role: 'install', config: '', isTold: false };
    return { version: undefined, checksum: undefined, addon: wanted };
  },
  meets: (source, { source: address, addon: wanted }) =>
    wanted !== undefined && source.name === wanted.name && source.version === wanted.version && source.url === withoutSecrets(address) && holds(source, wanted),
};

/** Whether a checksum that is stated is that of what came. */
const holds = ({ sha256 }: AddonSource, wanted: WantedAddon): boolean => wanted.sha256 === '' || wanted.sha256 === sha256;

const isWanted = (source: AddonSource, wanted: WantedAddon, address: string): boolean =>
  source.name === wanted.name &&
  source.version === wanted.version &&
  source.role === wanted.role &&
  source.config === wanted.config &&
  (wanted.sha256 === '' ? source.url === withoutSecrets(address) : holds(source, wanted));

const plainly = (wanted: WantedAddon | undefined): WantedAddon => wanted ?? { name: '', version: '', sha256: '', role: 'install', config: '', isTold: false };

const plain = (wanted: WantedAddon | undefined): Omit<AddonSource, 'kind' | 'url'> => {
  const { name, version, sha256, role, config } = plainly(wanted);
  return { name, version, sha256, role, config };
};
