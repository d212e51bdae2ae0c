/** A name in an index, and of a repository: also a directory's and a file's, so it is held to this before it touches a path (contract registry §7.4). */
export const isReleaseName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(name) && !name.includes('..');

/** What to tell of a name that is none. */
export const NAME_RULE = 'a name is of letters, digits, ".", "_" and "-", begins with a letter or a digit, and holds no ".."';

/** A version in an index, of whatever scheme: it is part of paths too. `latest` is a word of ours. */
export const isReleaseVersion = (version: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/.test(version) && !version.includes('..') && version !== 'latest';

/** What to tell of a version that is none. */
export const VERSION_RULE = 'a version is of letters, digits, ".", "_", "+" and "-", begins with a letter or a digit, holds no "..", and is not "latest"';
