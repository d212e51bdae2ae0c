import { UserError } from '../../errors.ts';
import type { Environment, Layout } from '../../home/layout.ts';
import { placeProvider } from '../../providers/definition/place-provider.ts';
import { makeProviderFolders } from '../../providers/definition/provider-folders.ts';
import { type ProviderSource, providerIfThere } from '../../providers/definition/record.ts';
import { stageProvider } from '../../providers/definition/stage-provider.ts';
import { keepInstance } from '../../providers/instances/change-instance.ts';
import { instanceIfThere } from '../../providers/instances/instance.ts';
import { newInstance } from '../../providers/instances/new-instance.ts';
import { providerPaths } from '../../providers/paths.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { fetchProgress } from '../../terminal/progress.ts';

/** How a provider is to be installed. */
export interface Installing {
  readonly source: ProviderSource;
  readonly sha256?: string | undefined;
  /** Whether it may take the place of one that is installed. */
  readonly mayReplace: boolean;
  readonly isDry: boolean;
  /** The name that it must have, where one is to be installed anew. */
  readonly name?: string;
}

/** What came of it. */
export interface InstalledProvider {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly replaced: boolean;
  /** Whether it is another program than before. */
  readonly changed: boolean;
  /** The instance that was made for it, as it asks for one. */
  readonly instance: string | null;
}

/**
 * Brings a provider, asks it what it is, and puts it into place; what cannot be used leaves everything as it was.
 * @throws UserError
 */
export async function installProvider(
  layout: Layout,
  env: Environment,
  { source, sha256, mayReplace, isDry, name: wanted }: Installing,
  warn: (text: string) => void,
): Promise<InstalledProvider> {
  const paths = providerPaths(layout.home);
  makeProviderFolders(paths);
  const progress = fetchProgress('Fetching the provider');
  const staged = await stageProvider(paths, { source, sha256, env, onProgress: progress.onProgress }).finally(progress.onEnd);
  const { name, version, autoStart } = staged.definition;
  const earlier = providerIfThere(paths, name);
  const outcome = { name, version, sha256: staged.sha256, replaced: earlier !== undefined, changed: earlier?.sha256 !== staged.sha256 };
  const isWanted = autoStart && instanceIfThere(paths, name) === undefined;
  if (staged.warning !== undefined) warn(`${name} unpacked no files: ${staged.warning}`);
  try {
    if (wanted !== undefined && wanted !== name)
      throw new UserError('bad-definition', `What ${wanted} came from is the provider ${name} by now`, { hint: `remove ${wanted}, and install ${name}` });
    if (isDry) return { ...outcome, changed: false, instance: isWanted ? name : null };
    const provider = await placeProvider(paths, staged, mayReplace, warn);
    if (isWanted) keepInstance(paths, newInstance(name, provider.name, {}));
    return { ...outcome, instance: isWanted ? name : null };
  } finally {
    removeTree(staged.directory);
  }
}

/** `incrementer v1.0.0 (sha256:1f0c…)`. */
export const providerText = ({ name, version, sha256 }: { name: string; version: string; sha256: string }): string =>
  `${name}${version === '' ? '' : ` ${version}`} (sha256:${sha256.slice(0, 12)}…)`;
