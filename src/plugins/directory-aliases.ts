/** Another directory is looked in, the word stays as typed (contract dokku §1.4, 2). */
const DIRECTORIES: ReadonlyMap<string, string> = new Map([
  ['events', '20_events'],
  ...['caddy', 'haproxy', 'nginx', 'openresty', 'traefik'].map((name) => [name, `${name}-vhosts`] as const),
]);
const STANDARD_WORDS: ReadonlySet<string> = new Set(['deploy', 'cleanup', 'url', 'urls', 'report']);

/** The directory in which a word is looked for besides its own name's: core plugins whose names are not what people type. */
export const directoryAlias = (word: string): string | undefined =>
  STANDARD_WORDS.has(word) ? '00_dokku-standard' : DIRECTORIES.get(word.split(':', 1)[0] as string);
