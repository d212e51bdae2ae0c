import { shown } from '../../catalogue/formats/fields.ts';

/** A line of a Manifest that can be understood: what has to be in the package (contract registry §2.7). */
export interface ManifestEntry {
  readonly line: number;
  readonly kind: 'image' | 'asset' | 'packages' | 'dockerout';
  /** The file or folder of the package that it asks for; where several folders would do, what they begin with and a `*`. */
  readonly path: string;
  /** Where it comes from: an image or a file that ends in .tar, an address or a path beside the Manifest, the name of a package, a Dockerfile. */
  readonly from: string;
}

/** What is wrong with a line. */
export interface ManifestProblem {
  readonly line: number;
  readonly text: string;
  readonly remedy: string;
}

/** The folders that packages of the operating system are in. */
const PACKAGE_FOLDERS: Readonly<Record<string, string>> = {
  apt: 'ubuntu-*',
  apt24: 'ubuntu-24.04',
  apt26: 'ubuntu-26.04',
  yum: 'rhel-*',
  yum8: 'rhel-8',
  yum9: 'rhel-9',
  yumol: 'ol-*',
  yum2023: 'amazon-2023',
};

/** How each kind of line is written. */
const FORMS: Readonly<Record<string, string>> = {
  image: 'image ID IMAGE',
  asset: 'asset NAME SOURCE',
  dockerout: 'dockerout TARGET DOCKERFILE VERSION',
  ...Object.fromEntries(Object.keys(PACKAGE_FOLDERS).map((kind) => [kind, `${kind} PACKAGE`])),
};

/** Whether a word can be the name of a file or folder in a package. */
const isFileName = (word: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(word) && !word.includes('..');

/** Whether it can be brought without more: an asset, or an image that is a file. What needs Docker or another system is its author's to put there. */
export const canBring = ({ kind, from }: ManifestEntry): boolean => kind === 'asset' || (kind === 'image' && from.endsWith('.tar'));

/** Reads a Manifest. Empty lines and those that begin with `#` say nothing. */
export function readAddonManifest(text: string): { readonly entries: readonly ManifestEntry[]; readonly problems: readonly ManifestProblem[] } {
  const entries: ManifestEntry[] = [];
  const problems: ManifestProblem[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const said = raw.trim();
    if (said === '' || said.startsWith('#')) continue;
    const read = readLine(said.split(/\s+/), index + 1);
    if ('text' in read) problems.push(read);
    else entries.push(read);
  }
  return { entries, problems };
}

function readLine([kind = '', ...words]: readonly string[], line: number): ManifestEntry | ManifestProblem {
  const form = Object.hasOwn(FORMS, kind) ? FORMS[kind] : undefined;
  if (form === undefined) return { line, text: `${shown(kind)} is no kind of line`, remedy: `use one of ${Object.keys(FORMS).join(', ')}` };
  const wanted = form.split(' ').length - 1;
  if (words.length !== wanted) return { line, text: `has ${words.length} words behind ${kind}`, remedy: `write it as ${form}` };
  const [name = '', from = ''] = words;
  if (kind in PACKAGE_FOLDERS) return { line, kind: 'packages', path: PACKAGE_FOLDERS[kind] ?? '', from: name };
  if (!isFileName(name))
    return { line, text: `${shown(name)} cannot be the name of a file in a package`, remedy: 'use letters, digits, ".", "_", "+" and "-"' };
  if (kind === 'dockerout') return { line, kind, path: name, from };
  if (kind === 'image') return { line, kind, path: `images/${name}.tar.gz`, from };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(from) && !from.startsWith('https://'))
    return { line, text: `${shown(from)} is no https address`, remedy: 'use https, or a path beside the Manifest' };
  return { line, kind: 'asset', path: `assets/${name}`, from };
}
