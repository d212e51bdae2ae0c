import { isReleaseVersion } from '../../catalogue/names.ts';
import { isPluginName } from '../../home/names.ts';
import { isEither, isObject, isOneOf, isSha256, isText, type Shape } from '../../system/own-json.ts';

/** What an add-on's functions are run for: `install`, or `join` on a node that joins a cluster. */
export const ADDON_ROLES = ['install', 'join'] as const;
export type AddonRole = (typeof ADDON_ROLES)[number];

/** The package of an add-on, as it is installed. */
export interface AddonSource {
  readonly kind: 'addon';
  /** As paths have it: `cert-manager`. The plugin has the same name. */
  readonly name: string;
  readonly version: string;
  readonly url: string;
  /** Of the package. */
  readonly sha256: string;
  readonly role: AddonRole;
  /** sha256 of what a spec said of it beside its version and its package; empty where that was nothing. */
  readonly config: string;
}

/** The package that is wanted. */
export interface WantedAddon extends Pick<AddonSource, 'name' | 'version' | 'role' | 'config'> {
  /** Empty where nobody states it. */
  readonly sha256: string;
  /** The source of add-ons that lists it, whose headers are sent to its own server. */
  readonly repository?: string | undefined;
  /** Whether its functions are told what a spec says of it, which no lock keeps. */
  readonly isTold: boolean;
}

const isName: Shape<string> = (value): value is string => isText(value) && isPluginName(value);
const isVersion: Shape<string> = (value): value is string => isText(value) && isReleaseVersion(value);

/** Whether a value is such a source, as a receipt keeps it. Name and version are parts of paths. */
export const isAddonSource = isObject<AddonSource>({
  kind: isOneOf('addon'),
  name: isName,
  version: isVersion,
  url: isText,
  sha256: isSha256,
  role: isOneOf(...ADDON_ROLES),
  config: isEither(isSha256, isOneOf('')),
});

/** Whether the address of a package can be asked for: a server's, or a file's of this machine. */
export const isPackageAddress = (url: string): boolean => /^(https?|file):\/\//i.test(url) && URL.canParse(url);
