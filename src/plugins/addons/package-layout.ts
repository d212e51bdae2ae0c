import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The add-on that a package is of, and its version. */
export interface PackagedAddon {
  readonly name: string;
  readonly version: string;
}

/** Where the files of an add-on are in its package, and in the plugin that is made of it. */
export const filesPath = ({ name, version }: PackagedAddon): string => `addons/${name}/${version}`;

/** The file that says what an add-on needs of others, beside the folders of its versions. */
export const CATEGORIES = 'categories.json';

/** The script with an add-on's functions. */
export const SCRIPT = 'install.sh';

/**
 * The add-on that an unpacked package holds: `addons/NAME/VERSION/install.sh`, and nothing beside that but `addons/NAME/categories.json`
 * (contract registry §2.7).
 * @param root where it is unpacked, with the folder `addons`
 * @returns what is wrong, to stand behind its name, where it has another shape
 */
export function packagedAddon(root: string): PackagedAddon | { readonly problem: string } {
  const top = onlyFolder(root, root, []);
  if (typeof top !== 'string') return top;
  if (top !== 'addons') return { problem: `holds ${JSON.stringify(top)} at its top, and not addons/NAME/VERSION` };
  const name = onlyFolder(join(root, top), root, []);
  if (typeof name !== 'string') return name;
  const version = onlyFolder(join(root, top, name), root, [CATEGORIES]);
  if (typeof version !== 'string') return version;
  const script = `${filesPath({ name, version })}/${SCRIPT}`;
  if (!lstatSync(join(root, script), { throwIfNoEntry: false })?.isFile()) return { problem: `has no file ${script}` };
  return { name, version };
}

/** The one folder in a folder, beside files that may be there. */
function onlyFolder(folder: string, root: string, allowed: readonly string[]): string | { readonly problem: string } {
  const shown = folder === root ? 'its top' : folder.slice(root.length + 1);
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => !(entry.isFile() && allowed.includes(entry.name)));
  const [only, another] = entries;
  if (only === undefined) return { problem: `holds nothing below ${shown}` };
  const odd = another ?? (only.isDirectory() ? undefined : only);
  return odd === undefined ? only.name : { problem: `holds ${JSON.stringify(odd.name)} at ${shown}, where one folder belongs: addons/NAME/VERSION` };
}
