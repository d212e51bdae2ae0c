import { settingsPath, settingsTable } from '../config/settings.ts';
import { UserError } from '../errors.ts';
import { readSize } from '../system/read-size.ts';

/** The most that is kept of downloads where tool.toml does not say. */
const USUAL_BYTES = 256 << 20;
const EXAMPLE = 'downloads = "256M"';

/** How many bytes of downloads a home keeps: `[cache] downloads` of tool.toml. @throws UserError bad-settings */
export function downloadLimit(home: string): number {
  const { downloads, ...others } = settingsTable(home, 'cache', EXAMPLE);
  const wrong = (what: string): UserError => new UserError('bad-settings', `${settingsPath(home)}: [cache] ${what}`, { hint: `write it as ${EXAMPLE}` });
  const [other] = Object.keys(others);
  if (other !== undefined) throw wrong(`has ${JSON.stringify(other)}, which is unknown`);
  if (downloads === undefined) return USUAL_BYTES;
  const bytes = readSize(downloads);
  if (bytes === undefined) throw wrong('downloads is no size');
  return bytes;
}
