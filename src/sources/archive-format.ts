/** Endings that name an archive, and the program that unpacks it where Node does not. */
const FORMATS = { '.tar.gz': 'gzip', '.tgz': 'gzip', '.tar.xz': 'xz', '.tar.zst': 'zstd', '.zip': 'zip' } as const;
export type ArchiveFormat = (typeof FORMATS)[keyof typeof FORMATS];

/** The format that a URL's or a file's name ends in, query and fragment aside; undefined for anything else. */
export function archiveFormat(name: string): ArchiveFormat | undefined {
  const path = name.replace(/[?#].*$/, '').toLowerCase();
  return Object.entries(FORMATS).find(([ending]) => path.endsWith(ending))?.[1];
}
