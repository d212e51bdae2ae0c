import { UserError } from '../../errors.ts';
import { readSource } from '../../mirror/read-source.ts';
import { failureOf, type MirrorJob, type MirrorResult, resultFacts, runMirror } from '../../mirror/run-mirror.ts';
import { openStore } from '../../mirror/stores/open-store.ts';
import type { ObjectStore } from '../../mirror/stores/store.ts';
import { openCatalogues } from '../../repositories/catalogues.ts';
import { copyWorld, noRepositories } from '../../repositories/copies.ts';
import { type RepositorySettings, repositoryNamed } from '../../repositories/settings.ts';
import { type Interrupts, withInterrupts } from '../../system/interrupts.ts';
import { fetchProgress } from '../../terminal/progress.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { listenOnTerminal } from '../fetch-listener.ts';
import { indexGetters } from '../plugin/opened-catalogues.ts';
import { passesUntilSignal, readEvery, writeReport } from './mirror-passes.ts';
import { mirrorLines } from './mirror-report.ts';

type Context = Pick<CommandContext<'addon:mirror'>, 'layout' | 'env' | 'args' | 'options' | 'progress' | 'warn'>;

/** What one pass came to, for programs. */
export interface PassFacts {
  readonly to: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly sources: readonly object[];
}

/**
 * Mirrors some of the repositories that there are, once or again and again.
 * @param all those that the command is for
 * @param urlBase where the mirror is served, as the line says
 */
export async function mirrorOutcome(context: Context, all: readonly RepositorySettings[], urlBase: string | undefined): Promise<Outcome> {
  const { layout, env, args, options, progress, warn } = context;
  if (all.length === 0) throw noRepositories(layout.brand);
  const wanted = args.length === 0 ? all : [...new Set(args)].map((name) => repositoryNamed(name, all, layout.brand));
  if (options.to === undefined) throw new UserError('missing-flag', '--to is missing', { hint: 'give a directory, or s3://bucket/prefix' });
  const everyMs = readEvery(options);
  const onRetry = (reason: string, seconds: number): void => warn(`Trying again in ${seconds} s: ${reason}`);
  const store = await openStore(options.to, { endpoint: options.endpoint, env, listener: { warn, onRetry } });
  const base = baseOf(urlBase, store);

  const pass = async (interrupts: Interrupts): Promise<{ facts: PassFacts; failure: UserError | undefined }> => {
    const startedAt = new Date().toISOString();
    const results = await onePass(context, wanted, { store, base, onRetry, isStopped: () => interrupts.signal !== undefined }, (result) => {
      for (const line of mirrorLines(result, options.dryRun === true)) progress(line);
    });
    const facts = { to: store.name, startedAt, endedAt: new Date().toISOString(), sources: results.map(resultFacts) };
    if (options.report !== undefined) writeReport(options.report, facts);
    return { facts, failure: failureOf(results) };
  };

  try {
    if (everyMs !== undefined) return await passesUntilSignal(everyMs, pass, { env, warn, progress });
    const { facts, failure } = await withInterrupts('A signal ended it: what was under way is mirrored, and the rest is left to the next time', pass);
    return { data: facts, lines: () => [], failure };
  } finally {
    await store.close();
  }
}

interface PassWorld {
  readonly store: ObjectStore;
  readonly base: () => string;
  readonly onRetry: (reason: string, seconds: number) => void;
  readonly isStopped: () => boolean;
}

async function onePass(
  { layout, env, options, warn }: Context,
  wanted: readonly RepositorySettings[],
  { store, base, onRetry, isStopped }: PassWorld,
  onResult: (result: MirrorResult) => void,
): Promise<MirrorResult[]> {
  const world = copyWorld(layout, { warn, env, listen: listenOnTerminal, getters: indexGetters(layout, env) });
  const { headersFor } = openCatalogues(layout, { warn, env });
  const line: { bytes: number; shown?: ReturnType<typeof fetchProgress> } = { bytes: 0 };
  const jobs = wanted.map(
    (settings): MirrorJob => ({
      name: settings.name,
      async read() {
        const source = await readSource(settings, world, base);
        for (const { where, text, disables } of source.problems) if (disables) warn(`${settings.name}: ${where} is left out: ${text}`);
        Object.assign(line, { bytes: 0, shown: fetchProgress(`Mirroring ${settings.name}`) });
        return source;
      },
      world: {
        store,
        env,
        headersFor: (url) => headersFor(settings.name, url),
        onBytes: (more) => {
          line.bytes += more;
          line.shown?.onProgress(line.bytes, undefined);
        },
        onRetry,
        isDryRun: options.dryRun === true,
        isVerified: options.verify === true,
        isStopped,
      },
    }),
  );
  try {
    return await runMirror(jobs, (result) => {
      line.shown?.onEnd();
      onResult(result);
    });
  } finally {
    line.shown?.onEnd();
  }
}

/** The address that the mirror's objects are read at, when it is first asked for. */
function baseOf(urlBase: string | undefined, store: ObjectStore): () => string {
  const base = urlBase?.replace(/\/+$/, '') ?? store.address;
  if (urlBase !== undefined && !/^https?:\/\/[^?#@]+$/i.test(urlBase))
    throw new UserError('bad-value', '--url-base-path takes an http or https URL without a query, user or password');
  return () => {
    if (base !== undefined) return base;
    throw new UserError('missing-flag', '--url-base-path is missing: the index of the mirror says where its files are served', {
      hint: 'give the address that the directory will have, like https://mirror.example.org',
    });
  };
}
