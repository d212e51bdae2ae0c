import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../errors.ts';
import type { Layout } from '../../home/layout.ts';
import { isTaken } from '../../plugins/installed.ts';
import type { Source } from '../../sources/kinds.ts';
import type { SourceRequest } from '../../sources/request.ts';
import { isCopy, isExact, knownKind, samePlace, sourceText } from '../../sources/source.ts';
import type { Staged } from '../../sources/stage.ts';
import type { Receipt } from '../../store/receipts.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { shellWord } from '../../system/shell-quote.ts';
import type { NamedWish } from './install-one.ts';
import { asksForVersion } from './source-request.ts';

/** What stands under the name of what is installed: nothing, the very same, the same as it was once, or another that gives way. */
export type Found = 'nothing' | 'same' | 'older' | 'another';

/**
 * Looks at what an install would be put over.
 * @throws UserError when something else has the name
 */
export function whatToDo(layout: Layout, { name, request, replace }: NamedWish, { source, hash, allowedHosts }: Staged, receipt: Receipt | undefined): Found {
  if (!isTaken(layout, name)) return 'nothing';
  if (!receipt) {
    if (replace) return 'another';
    throw new UserError('plugin-already-installed', `Plugin ${name} is already installed, put there by hand`, {
      hint: '--replace takes its place and keeps it for a rollback; --name installs under another name',
    });
  }
  if (!samePlace(receipt.source, source)) {
    if (replace) return 'another';
    throw otherPlace(layout, name, request, receipt.source);
  }
  // A directory that is linked is the same for ever; what its modules may ask is not.
  if (!isCopy(source) && !isDeepStrictEqual(receipt.allowedHosts, allowedHosts)) return 'another';
  const isSame = receipt.sourceHash === hash;
  if (!asksForVersion(request) && !replace) return isSame ? 'same' : 'older';
  if (!knownKind(source)?.sameWords(receipt.source, source)) return 'another';
  if (isSame) return 'same';
  if (replace) return 'another';
  if (!isExact(receipt.source)) return 'older';
  throw new UserError(
    'plugin-already-installed',
    `Plugin ${name} is already installed, from ${sourceText(receipt.source)}, and its source has something else there by now`,
    {
      hint: `change it with \`${layout.brand} plugin:update ${name}${request.committish === undefined ? '' : ` ${shellWord(request.committish)}`}\``,
    },
  );
}

function otherPlace({ brand }: Layout, name: string, { source, link }: SourceRequest, from: Source): UserError {
  // Words that Dokku's users know, and their scripts.
  if (brand === 'dokku') {
    return new UserError('plugin-already-installed', `Plugin '${name}' is already installed, but with a different url. To install anyway, uninstall it first.`);
  }
  return new UserError('plugin-already-installed', `Plugin ${name} is already installed from ${sourceText(from)}`, {
    hint: `\`${brand} plugin:update ${name} --from ${shellWord(withoutSecrets(source))}${link ? ' --link' : ''}\` moves it`,
  });
}
