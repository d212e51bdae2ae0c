import { UserError } from '../../errors.ts';
import { withoutSecrets } from '../../system/secrets.ts';

/** Endings that name an archive, and how it is packed. */
const FORMATS = {
  '.tar.gz': 'gzip',
  '.tgz': 'gzip',
  '.tar.xz': 'xz',
  '.txz': 'xz',
  '.tar.zst': 'zstd',
  '.tzst': 'zstd',
  '.tar.bz2': 'bzip2',
  '.tbz2': 'bzip2',
  '.tar': 'tar',
  '.zip': 'zip',
} as const;

/** Endings that name an archive. */
export const ARCHIVE_ENDINGS: readonly string[] = Object.keys(FORMATS);
/** Endings of one file that is compressed. */
export const COMPRESSED_ENDINGS: readonly string[] = ['.bz2', '.gz', '.xz', '.zst'];

/** `tar` is one that is not packed at all. */
export type ArchiveFormat = (typeof FORMATS)[keyof typeof FORMATS];

/** What to say of a file that is none of these. */
export const refusedArchive = (source: string): UserError =>
  new UserError('not-an-archive', `${withoutSecrets(source)} does not have an archive's extension`, { hint: `archives end in ${ARCHIVE_ENDINGS.join(' ')}` });

/** A URL's or a file's name without query and fragment. */
const pathOf = (name: string): string => name.replace(/[?#].*$/, '');

/** The format that a URL's or a file's name ends in, query and fragment aside; undefined for anything else. */
export function archiveFormat(name: string): ArchiveFormat | undefined {
  const path = pathOf(name).toLowerCase();
  return Object.entries(FORMATS).find(([ending]) => path.endsWith(ending))?.[1];
}

/** A name without the ending that makes it an archive's. */
export function withoutArchiveEnding(name: string): string {
  const ending = ARCHIVE_ENDINGS.find((candidate) => name.toLowerCase().endsWith(candidate));
  return ending === undefined ? name : name.slice(0, -ending.length);
}

/** Whether a name is an archive's of a kind that is not unpacked here. */
export const isOtherArchive = (name: string): boolean => /\.(tar\.\w+|t[a-z]z\d?|7z|rar|gz|xz|bz2|zst|lz4?|lzma|jar|cpio|deb|rpm)$/i.test(pathOf(name));
