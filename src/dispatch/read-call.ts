import { UserError } from '../errors.ts';
import { nearest } from '../system/nearest.ts';

/** A word of argv. What was typed is named by position (from 1), what is inherited by variable: bytes never pass through Node. */
export type Word =
  | { readonly kind: 'position'; readonly position: number; readonly after?: '--app=' }
  | { readonly kind: 'variable'; readonly name: 'DOKKU_APP_NAME' }
  | { readonly kind: 'value'; readonly value: string };

/** What the words in front of the command ask for, when it is not a command. */
export type Leading = 'help' | 'version' | 'explain';

/** The command line taken apart (contract dokku §1.3; DESIGN "Names"). */
export interface Call {
  /** The words behind the launcher's own flags, lossy where they are not UTF-8: to decide with, never to pass on. */
  readonly words: readonly string[];
  readonly leading: Leading | undefined;
  /** Index in `words` of the command word; `words.length` when there is none. */
  readonly start: number;
  /** The last `--app` of the line, or undefined; its text is for display. */
  readonly app: { readonly word: Word; readonly text: string } | undefined;
  /** Indexes in `words`, behind the command word, of `--app` and its value: what a core plugin does not get. */
  readonly appIndexes: ReadonlySet<number>;
  /** Index of an `--app` behind the command word that has no value; an error for core plugins alone. */
  readonly danglingApp: boolean;
  /** Unknown flags in front of the command, which count for nothing under the brand dokku. */
  readonly dropped: readonly string[];
  readonly explainFormat: 'text' | 'json';
}

const QUIETLY_DROPPED = new Set(['--quiet', '--trace', '--force']);
const LEADING_FLAGS = ['--quiet', '--trace', '--force', '--app', '--help', '--version', '--explain'];

const position = (index: number): Word => ({ kind: 'position', position: index + 1 });
const behindEquals = (index: number): Word => ({ kind: 'position', position: index + 1, after: '--app=' });

/**
 * Reads the words that the launcher hands over.
 * @param brand under `dokku`, unknown leading flags are dropped as Dokku does; elsewhere they are an error
 * @throws UserError for an unknown leading flag, or a leading `--app` with no value
 */
export function readCall(words: readonly string[], brand: string): Call {
  let leading: Leading | undefined;
  let app: Call['app'];
  const dropped: string[] = [];
  let explainFormat: Call['explainFormat'] = 'text';
  let i = 0;
  let scanning = true;
  leadingFlags: for (; i < words.length; i++) {
    const word = words[i] as string;
    switch (word) {
      case '--':
        i++;
        scanning = false;
        break leadingFlags;
      case '--app':
        if (i + 1 >= words.length) throw new UserError('missing-argument', '--app needs the name of an app', { hint: `try: ${brand} --app NAME COMMAND` });
        i++;
        app = { word: position(i), text: words[i] as string };
        continue;
      case '--help':
      case '-h':
        leading ??= 'help';
        continue;
      case '--version':
      case '-v':
        leading ??= 'version';
        continue;
      case '--explain':
        leading ??= 'explain';
        continue;
    }
    if (QUIETLY_DROPPED.has(word)) continue;
    if (word.startsWith('--app=')) {
      app = { word: behindEquals(i), text: word.slice('--app='.length) };
      continue;
    }
    if (leading === 'explain' && (word === '--format' || word.startsWith('--format='))) {
      const format = word === '--format' ? words[++i] : word.slice('--format='.length);
      if (format !== 'json' && format !== 'text') throw new UserError('unknown-format', `--format takes json or text, not "${format ?? ''}"`);
      explainFormat = format;
      continue;
    }
    if (leading === 'help' && word === '--all') break;
    if (brand === 'dokku' && word.startsWith('--')) {
      dropped.push(word);
      continue;
    }
    if (brand !== 'dokku' && word.startsWith('-') && word !== '-') throw unknownFlag(word, brand);
    break;
  }
  const start = i;
  const appIndexes = new Set<number>();
  let danglingApp = false;
  for (let j = start + 1; scanning && j < words.length; j++) {
    const word = words[j] as string;
    if (word === '--') break;
    if (word.startsWith('--app=')) {
      appIndexes.add(j);
      app = { word: behindEquals(j), text: word.slice('--app='.length) };
    } else if (word === '--app') {
      appIndexes.add(j);
      if (j + 1 >= words.length) {
        danglingApp = true;
        break;
      }
      appIndexes.add(++j);
      app = { word: position(j), text: words[j] as string };
    }
  }
  return { words, leading, start, app: app?.text === '' ? undefined : app, appIndexes, danglingApp, dropped, explainFormat };
}

function unknownFlag(word: string, brand: string): UserError {
  const name = word.split('=', 1)[0] as string;
  const near = nearest(name, LEADING_FLAGS);
  return new UserError('unknown-flag', `unknown flag: ${name}`, {
    hint: near
      ? `did you mean ${near}? A command's own flags go behind it`
      : `flags in front of a command are ${LEADING_FLAGS.join(' ')}; a command's own go behind it; see \`${brand} help\``,
  });
}
