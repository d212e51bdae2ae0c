import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { type ChildResult, runChild } from '../system/child.ts';
import { credentialsIn } from '../system/secrets.ts';
import { ownGitEnvironment } from './git-facts.ts';

/** Runs git with some words. */
export type Git = (...words: string[]) => Promise<ChildResult>;

/**
 * git with repositories of other users allowed, and nobody's configuration touched. Credentials of the address are given to the host they are for
 * when it asks, as git itself would give them.
 * @param scratch a directory for git's own files, which git runs in: it reads the configuration of the repository that it stands in
 * @param alone whether there is no repository to work on, so that none around the scratch directory may be found
 */
export function gitFor(scratch: string, url: string, alone = false): Git {
  const config = join(scratch, '.gitconfig');
  mkdirSync(scratch, { recursive: true });
  const own = process.env.GIT_CONFIG_GLOBAL
    ? [process.env.GIT_CONFIG_GLOBAL]
    : [join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'git/config'), join(homedir(), '.gitconfig')];
  const included = own.map((file) => `[include]\n\tpath = ${JSON.stringify(file)}\n`);
  // A tree is compared by its bytes, so they are the repository's whatever somebody's editor likes.
  writeFileSync(config, `${included.join('')}[safe]\n\tdirectory = *\n[core]\n\tautocrlf = false\n`);
  const env = {
    ...ownGitEnvironment(process.env),
    GIT_CONFIG_GLOBAL: config,
    ...(isatty(0) ? {} : { GIT_TERMINAL_PROMPT: '0' }),
    ...(alone ? { GIT_DIR: join(scratch, 'no-repository') } : {}),
    ...answersFor(url, scratch),
  };
  return (...words) => runChild('git', words, { env, output: 'capture-all', cwd: scratch });
}

const ASKPASS = `#!/bin/sh
case $1 in
  *"@$TOOL_GIT_HOST'"*) printf '%s\\n' "$TOOL_GIT_PASSWORD" ;;
  *) exit 1 ;;
esac
`;

/** As it is written in the address, which is how git asks for it. */
const hostOf = (url: string): string => /^[^:]+:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(url)?.[1] ?? '';

/** The environment by which git gets an address's credentials. */
function answersFor(url: string, scratch: string): Record<string, string> {
  const credentials = credentialsIn(url);
  if (!credentials) return {};
  const askpass = join(scratch, 'askpass');
  writeFileSync(askpass, ASKPASS, { mode: 0o700 });
  // With both known, nobody's helpers are asked; a user alone may have a password there.
  const settings = [['credential.username', credentials.username], ...(credentials.password ? [['credential.helper', '']] : [])];
  // Who is at a terminal and has given a user alone is asked for the password by git.
  const answered = credentials.password !== '' || !isatty(0);
  return {
    ...(answered ? { GIT_ASKPASS: askpass, TOOL_GIT_PASSWORD: credentials.password, TOOL_GIT_HOST: hostOf(url) } : {}),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key = '', value = ''], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

/** What git says first of what went wrong; what follows is advice for people at git's own prompt. */
export function ownWords(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return (lines.find((line) => /^(fatal|error): /.test(line)) ?? lines.at(-1) ?? '').replace(/^(fatal|error): /, '');
}
