import { calendar } from '../catalogue/versions/calendar.ts';
import { settingsPath, settingsTable } from '../config/settings.ts';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';

/** Where a version of the host may be stated, the first that does counts. */
export interface StatedHostVersions {
  /** By --host-version. */
  readonly asked: string | undefined;
  /** By `spec.kurl.installerVersion`. */
  readonly spec?: string | undefined;
  readonly home: string;
  /** Where none is stated. */
  readonly otherwise?: string;
}

/**
 * The version of the host that add-ons are to suit: that of the line, of the spec, or of `[host] version` in tool.toml (contract registry §2.4).
 * @throws UserError bad-host-version for one that is no version of kURL's, no-host-version where none is stated
 */
export function hostVersion({ asked, spec, home, otherwise }: StatedHostVersions): string {
  const [version, where] = asked !== undefined ? [asked, '--host-version'] : spec !== undefined ? [spec, 'spec.kurl.installerVersion'] : ofSettings(home);
  if (version === undefined && otherwise !== undefined) return otherwise;
  if (version === undefined)
    throw new UserError('no-host-version', 'It is not known which version of the host the add-ons are for', {
      hint: 'give --host-version, or write [host] and version = "v2022.10.05-0" into tool.toml',
    });
  if (calendar.isVersion(version)) return version;
  throw new UserError('bad-host-version', `${where}: "${harmlessLine(version)}" is no version of the host`, {
    hint: 'write it like v2022.10.05-0: a date of the calendar, and the number of the release on it',
  });
}

function ofSettings(home: string): [version: string | undefined, where: string] {
  const { version } = settingsTable(home, 'host', 'version = "v2022.10.05-0"');
  const where = `${settingsPath(home)}: [host] version`;
  if (version === undefined || typeof version === 'string') return [version, where];
  throw new UserError('bad-settings', `${where} is no string`, { hint: 'write it as version = "v2022.10.05-0"' });
}
