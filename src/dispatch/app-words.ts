import { UserError } from '../errors.ts';
import type { Call, Word } from './read-call.ts';
import type { InheritedApp } from './resolve.ts';

/**
 * The app that a core command gets right behind its word, or nothing.
 * @param word the command, an alias resolved
 * @param rest what it is given besides, `--app` taken out
 * @throws UserError when `--app` has no value, or the command acts on more than that app
 */
export function appWords(
  { app, danglingApp, words, start }: Call,
  word: string,
  rest: readonly string[],
  inherited: InheritedApp | undefined,
  brand: string,
): Word[] {
  if (danglingApp) throw new UserError('missing-argument', '--app needs the name of an app', { hint: `try: ${brand} ${words[start]} --app NAME` });
  const wide = actsOnAll(word, rest);
  if (app && wide !== undefined) {
    throw new UserError('conflicting-flags', `--app is for one app, and ${wide} for all of them; nothing was run`, { hint: 'leave one of the two out' });
  }
  if (app) return [app.word];
  const inject = wide === undefined && inherited && !inherited.fromSurroundingCommand && rest[0] !== inherited.name;
  return inject ? [{ kind: 'variable', name: 'DOKKU_APP_NAME' }] : [];
}

/**
 * What makes a core command act on more than one app: a flag, or the command itself. An app that is named besides would be what guards look at.
 * What docker-options and plugin are given is another program's affair; libexec/guards knows them too.
 */
function actsOnAll(word: string, args: readonly string[]): string | undefined {
  if (/^(docker-options|plugin)(:|$)/.test(word)) return undefined;
  if (word.endsWith('-global')) return word;
  return args.slice(0, args.includes('--') ? args.indexOf('--') : args.length).find((arg) => arg === '--global' || arg === '--all');
}
