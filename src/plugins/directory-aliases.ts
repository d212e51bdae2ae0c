import { STANDARD } from '../home/core-names.ts';

/** Another directory is looked in, the word stays as typed (contract dokku §1.4 (2)). */
const DIRECTORIES: ReadonlyMap<string, string> = new Map([
  ['events', '20_events'],
  ...['caddy', 'haproxy', 'nginx', 'openresty', 'traefik'].map((name) => [name, `${name}-vhosts`] as const),
]);
const STANDARD_WORDS: ReadonlySet<string> = new Set(['deploy', 'cleanup', 'url', 'urls', 'report']);

/** The directory in which a word is looked for besides its own name's: core plugins whose names are not what people type. */
export const directoryAlias = (word: string): string | undefined => (STANDARD_WORDS.has(word) ? STANDARD : DIRECTORIES.get(word.split(':', 1)[0] as string));

/** Whether a word is a core plugin's own. Its `commands` script answers no other, and is not asked for one. */
export function isOwnWord(plugin: string, word: string): boolean {
  const name = word.split(':', 1)[0] as string;
  return plugin === name || plugin === (name === 'version' ? STANDARD : directoryAlias(name));
}

/** What is typed for a file of a plugin's subcommands. */
export function typedWord(plugin: string, file: string): string {
  if (plugin === STANDARD && STANDARD_WORDS.has(file)) return file;
  const name = [...DIRECTORIES].find(([, directory]) => directory === plugin)?.[0] ?? plugin;
  return file === 'default' ? name : `${name}:${file}`;
}
