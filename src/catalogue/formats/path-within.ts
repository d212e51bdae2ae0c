import { type Fields, shown } from './fields.ts';
import type { YamlMap } from './yaml.ts';

/**
 * A path within the archive, or the plugin, from its root: krew takes `/x` and `./x` for `x`.
 * @param part where it stands, for its line
 */
export function pathWithin(fields: Fields, key: string, part: YamlMap): string {
  const written = fields.text(key);
  if (!fields.has(key)) fields.entry.refuse(`${fields.pathOf(key)} has to be set`, undefined, part);
  const path = written.replace(/^(\.?\/+)+/, '') || '.';
  if (/^\\|^[a-z]:|(^|[/\\])\.\.($|[/\\])|\0/i.test(path))
    fields.entry.refuse(`${fields.pathOf(key)} ${shown(written)} leads out of the plugin`, undefined, part);
  return path;
}
