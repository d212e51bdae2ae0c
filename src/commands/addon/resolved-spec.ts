import { readSpec } from '../../addons/read-spec.ts';
import { type ResolvedAddon, resolveSpec } from '../../addons/resolve-spec.ts';
import type { SpecFile } from '../../addons/spec-file.ts';
import { UserError } from '../../errors.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../../system/small-file.ts';
import { type OfferingContext, offeredBy } from './offered.ts';

/** A spec, and what its add-ons were resolved to. */
interface ResolvedSpec {
  readonly spec: SpecFile;
  readonly hostVersion: string;
  /** The spec with exact versions and packages. */
  readonly text: string;
  readonly addons: readonly ResolvedAddon[];
}

/** Resolves the spec in a file. @throws UserError unreadable-file, and for what cannot be read or resolved */
export async function resolvedSpec(file: string, context: OfferingContext): Promise<ResolvedSpec> {
  const { env, options } = context;
  const spec = await readSpec(textOf(file), file);
  const { hostVersion, offers } = await offeredBy(context, spec.installerVersion);
  const isForced = env.DOKKU_APPS_FORCE_DELETE === '1';
  return { spec, hostVersion, ...resolveSpec(spec, offers, { isForced, knowsInternal: options.supported !== undefined, origin: file }) };
}

/** Tells of each version that is taken although it does not suit. */
export function warnOfForced(chosen: readonly Pick<ResolvedAddon, 'addon' | 'version' | 'forced'>[], warn: (text: string) => void): void {
  for (const { addon, version, forced } of chosen) if (forced !== undefined) warn(`${addon} ${version} ${forced}; it is taken, as --force says`);
}

function textOf(file: string): string {
  try {
    return readSmallFile(file, SETTINGS_BYTES);
  } catch (error) {
    throw new UserError('unreadable-file', `${file} ${whyUnread(error)}`, { hint: 'give the file of a spec', cause: error });
  }
}
