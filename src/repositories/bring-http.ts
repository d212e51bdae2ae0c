import { join } from 'node:path';
import { isUserError } from '../errors.ts';
import { downloadIfChanged } from '../http/download.ts';
import { RequestFailure } from '../http/failure.ts';
import type { BringWorld, Brought, Known, Unchanged } from './bring.ts';
import { expandHeaders } from './headers.ts';
import { keepable } from './meta.ts';
import { INDEX_BYTES, readIndex } from './read-index.ts';
import type { RepositorySettings } from './settings.ts';
import { Unreached } from './unreached.ts';

/** How long nothing may come where there is a copy that would do. */
const IMPATIENT_MS = 10_000;

/**
 * Fetches an index that is a file of a server, unless it is still the one that stands.
 * @throws UserError when it cannot be had, is too large or no index, or a header cannot be made
 */
export async function bringHttp(
  { name, type, headers }: RepositorySettings,
  url: string,
  known: Known | undefined,
  { scratch, env, isImpatient, isUnconditional, wantedSignatures, onProgress, onRetry }: BringWorld,
): Promise<Brought | Unchanged> {
  const ownHeaders = expandHeaders(name, headers, env);
  const file = join(scratch, 'index');
  const patience = isImpatient ? { attempts: 1, stalledAfterMs: IMPATIENT_MS } : { onRetry };
  const isLacking = wantedSignatures.some((ending) => !known?.signatures?.includes(ending));
  const came = await downloadIfChanged(
    url,
    file,
    { maxBytes: INDEX_BYTES, ownHeaders, onProgress, ...patience },
    isLacking || isUnconditional === true ? {} : (known?.validators ?? {}),
    env,
  ).catch((error: unknown) => {
    throw isUserError(error) && error.cause instanceof RequestFailure && error.cause.passing ? new Unreached(error) : error;
  });
  if (came === undefined) return { validators: known?.validators ?? {} };
  const { sha256, finalUrl, contentType } = came;
  const validators = keepable(came.validators);
  if (sha256 === known?.state && !isLacking) return { validators };
  const catalogue = await readIndex(file, { name, ...(type ? { type } : {}), origin: finalUrl, contentType });
  if (wantedSignatures.length > 0) await (await import('./index-signatures.ts')).fetchSignatures(url, file, wantedSignatures, ownHeaders, env);
  return { catalogue, raw: file, state: sha256, validators, signatures: wantedSignatures, finalUrl };
}
