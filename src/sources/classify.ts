import { statSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { readScpAddress } from '../git/scp-address.ts';
import { isImageAddress } from '../registries/reference.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { archiveFormat, isOtherArchive, refusedArchive } from './archive/format.ts';
import type { SomeSource, SourceForm, SourceKind } from './kind.ts';
import { KINDS, type Kinds, type KnownSource } from './kinds.ts';
import { absolute, isDirectory, isThere } from './local-path.ts';
import { WHAT_URLS_ARE } from './refuse-words.ts';
import type { SourceRequest } from './request.ts';

/** What a request is for, and what is to be staged, in full. */
export interface Classified {
  readonly kind: SourceKind<SomeSource>;
  readonly address: string;
}

/**
 * The kind that a source is of, told from its form (contract dokku §3 `plugin:install URL`).
 * @throws UserError with what is accepted
 */
export function classify(request: SourceRequest, kinds: Kinds = KINDS): Classified {
  const { source, committish, version } = request;
  if (source.startsWith('-'))
    throw new UserError('not-a-source', `"${withoutSecrets(source)}" is not a source of a plugin`, { status: 2, hint: 'put flags behind it' });
  for (const [flag, value] of [
    ['--committish', committish],
    ['--version', version],
  ] as const) {
    if (value?.startsWith('-') || value === '') throw new UserError('bad-value', `${flag} cannot be "${value}"`);
  }
  if (/^[a-z]:[^@]*$/i.test(source) && !isThere(source)) {
    throw new UserError('not-a-source', `${source} looks like a path of Windows`, { hint: 'give the path as this machine writes it' });
  }
  const form = formOf(source);
  for (const kind of Object.values(kinds)) {
    if ((kind.isImport === true) !== (request.imports !== undefined)) continue;
    const address = kind.parse(request, form);
    if (address === undefined) continue;
    if (!kind.isNamed && (request.platform ?? request.type) !== undefined) {
      throw new UserError('flag-does-not-apply', `${withoutSecrets(source)} is no name of a repository's, and --platform and --type are for those`);
    }
    return { kind, address };
  }
  if (statSync(absolute(source), { throwIfNoEntry: false })?.isFile()) throw refusedArchive(source);
  throw new UserError('not-a-source', `${withoutSecrets(source)} is neither a git URL nor a directory`, { hint: WHAT_URLS_ARE });
}

/** The same request with everything in its own field: the version that stands behind a name. */
export function spelledOut(request: SourceRequest): SourceRequest {
  const { kind, address } = classify(request);
  return kind.spelled?.(request, address) ?? request;
}

/** What a request will have come from, as far as its words tell. */
export function expectedSource(request: SourceRequest): KnownSource {
  const { kind, address } = classify(request);
  return kind.expected(request, address) as KnownSource;
}

function formOf(source: string): SourceForm {
  if (isImageAddress(source)) return { isScp: false, isUrl: false, isImage: true, isArchive: false };
  // As for git, what is there by that very name goes first.
  const isScp = readScpAddress(source) !== undefined && !isThere(source);
  const isUrl = isScp || (/^[a-z][a-z0-9+.-]*:/i.test(source) && !isThere(source));
  return { isScp, isUrl, isImage: false, isArchive: (archiveFormat(source) !== undefined && !isDirectory(source)) || (isUrl && isOtherArchive(source)) };
}
