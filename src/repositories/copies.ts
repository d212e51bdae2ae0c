import { trustSettings } from '../config/trust-settings.ts';
import { errorLine, isUserError, UserError } from '../errors.ts';
import type { Layout } from '../home/layout.ts';
import { ageText } from '../system/duration.ts';
import type { FetchListener, IndexGetters } from './bring.ts';
import { cacheRoot } from './cache-paths.ts';
import { bringCopy, type Copy, type CopyWorld } from './copy.ts';
import type { OnOlder } from './older.ts';
import type { RepositorySettings } from './settings.ts';
import type { SignerOf } from './signed-index.ts';
import { wantedSignatures } from './wanted-signatures.ts';

/** How repositories are looked into. */
export interface CataloguesOptions {
  /** Ask every server that is concerned, however new the copy of its index is. */
  readonly refresh?: boolean | undefined;
  /** Ask none. */
  readonly offline?: boolean | undefined;
  /** Told once for each repository whose copy is used although it is too old, and why. */
  readonly warn: (line: string) => void;
  /** Makes a listener for an index that is fetched. @param label the repository's name */
  readonly listen?: (label: string) => Promise<FetchListener>;
  /** Tells which trusted key signed an index; nobody is asked where this is left out. */
  readonly signerOf?: SignerOf;
  /** The plugins that fetch indexes of other schemes; none is asked where this is left out. */
  readonly getters?: IndexGetters | undefined;
  /** Take an index that is older than the one before it. */
  readonly acceptOlder?: boolean | undefined;
  /** By default this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly now?: () => number;
}

/** What copies are had in. An old copy is better than a long wait, unless a new one was asked for. */
export const copyWorld = (layout: Layout, options: CataloguesOptions): CopyWorld => ({
  root: cacheRoot(layout),
  brand: layout.brand,
  refresh: options.refresh === true,
  offline: options.offline === true,
  isImpatient: options.refresh !== true,
  env: options.env ?? process.env,
  now: options.now ?? Date.now,
  warn: options.warn,
  wantedSignatures: (repository) => wantedSignatures(layout.home, repository),
  minAgeMs: (repository) => trustSettings(layout.home, repository).minAgeMs,
  ...(options.signerOf ? { signerOf: options.signerOf } : {}),
  getters: options.getters,
  acceptOlder: options.acceptOlder === true,
  onOlder: (repository) => (options.acceptOlder === true ? 'accept' : onOlder(layout.home, repository)),
  listen: options.listen ?? (async () => ({ onProgress: () => {}, onEnd: () => {} })),
});

/** What the policy says of an index that goes back; `off` looks at nothing. */
function onOlder(home: string, repository: string): OnOlder {
  const { policy } = trustSettings(home, repository);
  return policy === 'require' ? 'refuse' : policy === 'off' ? 'accept' : 'warn';
}

export const noRepositories = (brand: string): UserError =>
  new UserError('no-repositories', 'There are no repositories', { hint: `add one with \`${brand} repository:add NAME URL\`` });

/** The copies of some repositories, each brought once, when it is first asked for, and told of once where it is too old. */
export class Copies {
  readonly repositories: readonly RepositorySettings[];
  readonly world: CopyWorld;
  readonly #copies = new Map<string, Promise<Copy>>();

  constructor(repositories: readonly RepositorySettings[], world: CopyWorld) {
    this.repositories = repositories;
    this.world = world;
  }

  /** @throws UserError where there is no copy, and none can be had */
  of(settings: RepositorySettings): Promise<Copy> {
    const known = this.#copies.get(settings.name) ?? this.#bring(settings);
    this.#copies.set(settings.name, known);
    return known;
  }

  /** All that can be had, brought at once; a warning for each other. @throws UserError where there is none */
  async all(): Promise<Copy[]> {
    const { brand, warn } = this.world;
    if (this.repositories.length === 0) throw noRepositories(brand);
    const failures: [name: string, error: UserError][] = [];
    const copies = await Promise.all(
      this.repositories.map((settings) =>
        this.of(settings).catch((error: unknown) => {
          if (!isUserError(error)) throw error;
          failures.push([settings.name, error]);
        }),
      ),
    );
    const there = copies.filter((copy) => copy !== undefined);
    if (there.length === 0 && failures[0]) throw failures[0][1];
    for (const [name, error] of failures) warn(`${name} is left out: ${errorLine(error)}`);
    return there;
  }

  async #bring(settings: RepositorySettings): Promise<Copy> {
    const copy = await bringCopy(settings, this.world);
    const { warn, now } = this.world;
    if (copy.failure) warn(`The index of ${settings.name} is ${ageText(now() - Date.parse(copy.meta.askedAt))} old: ${errorLine(copy.failure)}`);
    return copy;
  }
}
