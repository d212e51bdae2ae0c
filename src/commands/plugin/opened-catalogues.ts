import { UserError } from '../../errors.ts';
import type { Environment, Layout } from '../../home/layout.ts';
import type { Catalogues } from '../../repositories/catalogues.ts';
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
  return openCatalogues(layout, { refresh, offline, warn, env, listen: listenOnTerminal });
}
