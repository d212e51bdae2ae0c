import { UserError } from '../../errors.ts';
import type { Environment, Layout } from '../../home/layout.ts';
import type { IndexGetters } from '../../repositories/bring.ts';
import type { Catalogues } from '../../repositories/catalogues.ts';
import type { SignerOf } from '../../repositories/signed-index.ts';
import { listenOnTerminal } from '../fetch-listener.ts';

/** What of a command says how its repositories are looked into. */
interface AskingContext {
  readonly layout: Layout;
  readonly env: Environment;
  readonly options: { readonly refresh?: boolean | undefined; readonly offline?: boolean | undefined };
  readonly warn: (text: string) => void;
}

const opened = new WeakMap<object, Promise<Catalogues>>();

/**
 * The repositories as one command sees them: opened when they are first asked for, and once, however many plugins it is about.
 * @param context of the command, which they are kept by
 */
export function cataloguesOf(context: AskingContext): () => Promise<Catalogues> {
  return () => {
    const known = opened.get(context) ?? open(context);
    opened.set(context, known);
    return known;
  };
}

async function open({ layout, env, options: { refresh, offline }, warn }: AskingContext): Promise<Catalogues> {
  if (refresh && offline) throw new UserError('conflicting-flags', '--refresh and --offline exclude each other');
  const { openCatalogues } = await import('../../repositories/catalogues.ts');
  return openCatalogues(layout, { refresh, offline, warn, env, listen: listenOnTerminal, signerOf: signerOf(layout.home), getters: indexGetters(layout, env) });
}

/** The getters of plugins, for indexes; loaded when the first is asked. */
export const indexGetters = (layout: Layout, env: Environment): IndexGetters => ({
  fetch: async (url, file, limits) => (await import('../../runtimes/getters.ts')).gettersOf(layout, env).fetch(url, file, limits),
});

/** Tells who signed an index, with what only who fetches one needs. */
export const signerOf =
  (home: string): SignerOf =>
  async (repository, index) =>
    (await import('../../sources/catalogue/index-signature.ts')).indexSigner(home)(repository, index);
