import { isMap, shown } from '../catalogue/formats/fields.ts';
import { readYaml } from '../catalogue/formats/yaml.ts';
import { isReleaseName, isReleaseVersion, NAME_RULE, VERSION_RULE } from '../catalogue/names.ts';
import { UserError } from '../errors.ts';
import type { Offer } from './offer.ts';
import { isPrerelease, isWord } from './order.ts';

/**
 * Reads the file that lists what is in a release of the host, `supported-versions-gen.json`: `{ supportedVersions: { ADDON: [VERSION…] } }`, newest
 * first, where the word `latest` may stand in a list and means nothing (contract registry §2.4).
 * @param origin where the text is from, for messages
 * @throws UserError bad-index with the place of what cannot be read
 */
export async function readSupportedVersions(text: string, origin: string): Promise<Map<string, Offer[]>> {
  const { value } = await readYaml(text, origin);
  const lists = isMap(value) ? value.supportedVersions : undefined;
  const refuse = (what: string, hint: string): UserError => new UserError('bad-index', `${origin}: ${what}`, { hint });
  if (!isMap(lists)) throw refuse('has no mapping "supportedVersions"', 'give the supported-versions-gen.json of a release of the host');
  return new Map(
    Object.entries(lists).map(([addon, versions]) => {
      if (!isReleaseName(addon)) throw refuse(`the name ${shown(addon)} is not allowed`, NAME_RULE);
      if (!Array.isArray(versions)) throw refuse(`${addon} has no list of versions`, 'write it as ["1.1.0", "1.0.0"]');
      const offers = versions.flatMap((version): Offer[] => {
        if (version === 'latest') return [];
        if (typeof version === 'string' && isReleaseVersion(version)) return [internalOffer(addon, version)];
        throw refuse(`${addon} has the version ${typeof version === 'string' ? shown(version) : 'that is no text'}, which is not allowed`, VERSION_RULE);
      });
      return [addon, offers];
    }),
  );
}

/** A version of an add-on that is in the host itself. Words and prereleases are the latest only where there is nothing else. */
export function internalOffer(addon: string, version: string): Offer {
  const last = isWord(version) ? 'is a word' : isPrerelease(version) ? 'is a prerelease' : undefined;
  return { addon, version, from: 'internal', ...(last === undefined ? {} : { last }) };
}
