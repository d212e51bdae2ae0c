import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkEntry, type VersionEntry, withVersion } from '../../addons/versions-file.ts';
import { diskCode, errnoOf, UserError } from '../../errors.ts';
import { fileHash } from '../../system/file-hash.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { versionsOutcome } from './versions-outcome.ts';

type Options = CommandContext<'addon:publish'>['options'];

/** Adds a version to the versions.json of an add-on, newest first. */
export async function run({ options, env }: CommandContext<'addon:publish'>): Promise<Outcome> {
  const entry = await entryOf(options);
  const name = needed(options.name, '--name');
  checkEntry(name, entry);
  return versionsOutcome({
    ...options,
    version: entry.version,
    done: 'published',
    edit: (text, origin) => withVersion(text, origin, entry, env.DOKKU_APPS_FORCE_DELETE === '1'),
    isNewAllowed: true,
  });
}

async function entryOf(options: Options): Promise<VersionEntry> {
  const version = needed(options.version, '--version');
  const entry = { version, url: needed(options.url, '--url'), kurlVersionCompatibilityRange: needed(options.range, '--range') };
  const isPrerelease = options.prerelease === true;
  if (options.package === undefined) return { ...entry, isPrerelease };
  const file = resolve(options.package);
  try {
    return { ...entry, sha256Sum: await fileHash(file), size: statSync(file).size, isPrerelease };
  } catch (error) {
    throw new UserError(diskCode(error), `${options.package} cannot be read (${errnoOf(error) ?? 'unknown error'})`, {
      hint: 'give the file of the package',
      cause: error,
    });
  }
}

function needed(value: string | undefined, flag: string): string {
  if (value !== undefined && value !== '') return value;
  throw new UserError('missing-flag', `${flag} is missing`, { hint: 'see addon:publish --help' });
}
