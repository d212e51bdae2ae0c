import type { PassedOver } from '../../catalogue/choose.ts';
import { isTaken } from '../../plugins/installed.ts';
import { classify } from '../../sources/classify.ts';
import type { SourceRequest } from '../../sources/request.ts';
import type { Staged } from '../../sources/stage.ts';
import { type Placed, type Placing, placePlugin } from '../../store/place-plugin.ts';
import type { Unmet } from '../../store/requirements.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { confirm } from '../../terminal/confirm.ts';
import type { CommandContext } from '../command.ts';
import { type Found, whatToDo } from './install-over.ts';
import { placingWorld } from './placing-world.ts';

/** What is to be installed, and how. */
export interface InstallWish {
  /** Where the address does not tell it, it is told by the one folder of the archive. */
  readonly name: string | ((folder: string | undefined) => string);
  /** Whether a plugin of Helm's is called by the word that it has there, whatever its address says; who names it is told to give another name. */
  readonly named?: ((word: string) => string) | undefined;
  readonly request: SourceRequest;
  /** Whether it takes the place of another of its name. */
  readonly replace: boolean;
  readonly skipHook: boolean;
  /** Those that need it, from the one that was asked for on. */
  readonly underWay: readonly string[];
}

export type NamedWish = InstallWish & { readonly name: string };

/** What came of it. */
export interface Installed {
  readonly name: string;
  readonly placed: Placed;
  /** Whether a plugin of that name stood there. */
  readonly stood: boolean;
  /** Whether the source has something else by now than what is installed. */
  readonly hasNewer: boolean;
  /** Of a plugin of a repository: the versions that are newer than the chosen one, and why they were passed over. */
  readonly passedOver: readonly PassedOver[] | undefined;
}

/** Told of each plugin as it comes. */
interface InstallListener {
  readonly onBegin: (name: string, source: string) => void;
  /** Of what was needed. */
  readonly onBrought: (installed: Installed) => void;
}

/** What to do about a name that may not be taken. */
export const NAME_HINT = 'give another with --name';

/** Installs a plugin: stage, switch, enable, hook; what it needs comes first. A hook that fails, or Ctrl-C, leaves what was there. */
export async function installPlugin(context: CommandContext<'plugin:install'>, wish: InstallWish, listener: InstallListener): Promise<Installed> {
  const { layout, options } = context;
  const { name: given, request, skipHook } = wish;
  const saving = options.save ? await import('./save-declaration.ts') : undefined;
  let name = '';
  let stood = false;
  let found: Found = 'nothing';
  let passedOver: readonly PassedOver[] | undefined;
  const onPassedOver = (newer: readonly PassedOver[]): void => {
    passedOver = newer;
  };
  const placingAs = (chosen: string): Placing => {
    const isKnown = name !== '';
    name = chosen;
    const named = { ...wish, name };
    if (!isKnown) listener.onBegin(name, request.source);
    saving?.refuseUnsavable(layout, name, request);
    stood = isTaken(layout, name);
    return {
      name,
      request,
      hooks: [...(skipHook ? [] : ['install']), ...(stood ? ['update'] : [])],
      dryRun: options.dryRun === true,
      nameHint: NAME_HINT,
      isWanted: (staged, current) => {
        found = whatToDo(layout, named, staged, current);
        return found === 'nothing' || found === 'another';
      },
      onUnmet: (unmet) => bringNeeded(context, named, unmet, listener),
    };
  };
  const isNamed = typeof given === 'string';
  const byHelmsWord = (word: string | undefined): string | undefined => (word === undefined ? undefined : wish.named?.(word));
  const placing = isNamed
    ? {
        ...placingAs(given),
        renamed: ({ helmWord }: Staged) => {
          const word = byHelmsWord(helmWord);
          return word === undefined || word === given ? undefined : placingAs(word);
        },
      }
    : { request, named: ({ folder, helmWord }: Staged) => placingAs(byHelmsWord(helmWord) ?? given(folder)) };
  const placed = await placePlugin(placingWorld(context, isNamed ? given : 'plugin', { onPassedOver }), placing);
  const receipt = placed.outcome === 'planned' ? undefined : placed.receipt;
  if (receipt && !options.dryRun) await saving?.saveDeclaration(context, name, request, receipt.source);
  return { name, placed, stood, hasNewer: (found as Found) === 'older', passedOver };
}

/** Installs what a plugin needs, where that is wanted and it is known from where. What is left is refused under the lock. */
async function bringNeeded(
  context: CommandContext<'plugin:install'>,
  { name, request, underWay }: NamedWish,
  unmet: readonly Unmet[],
  listener: InstallListener,
): Promise<void> {
  const { options } = context;
  // Of plugins that need each other none can be first: what is left is refused.
  const above = [...underWay, name];
  const missing = unmet.filter(({ name: needed, found, source }) => found === 'missing' && source !== undefined && !above.includes(needed));
  for (const { name: needed, range, source = '', isNamed, type } of missing) {
    if (
      !options.dryRun &&
      (options.withDependencies === true || (await confirm(`The plugin ${name} needs ${needed}. Install it from ${withoutSecrets(source)}?`)))
    ) {
      const place = { source, isNamed, type, platform: isNamed && request.platform, link: false };
      const wanted = range !== '*' && classify(place).kind.hasVersions ? { ...place, version: range } : place;
      listener.onBrought(await installPlugin(context, { name: needed, request: wanted, replace: false, skipHook: false, underWay: above }, listener));
    }
  }
}
