import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import { UserError } from '../errors.ts';
import { type ChildResult, runChild } from '../system/child.ts';
import { credentialsIn, withoutCredentials, withoutSecrets } from '../system/secrets.ts';
import { ownGitEnvironment } from './git-facts.ts';
import type { LockedCommit } from './source.ts';

export interface GitRequest {
  readonly url: string;
  readonly committish?: string | undefined;
  readonly version?: string | undefined;
  readonly locked?: LockedCommit | undefined;
  /** A clone whose objects may be used again. */
  readonly reference?: string | undefined;
}

/** What a clone stands at. */
interface CheckedOut {
  readonly commit: string;
  /** By tag or commit rather than by branch. */
  readonly pinned: boolean;
  /** The tag that a range chose. */
  readonly tag?: string;
}

/**
 * Clones a repository with the system's git, so that its credentials, keys and proxies are used; `.git` is kept.
 * @param tree a path that does not exist yet
 * @throws UserError REFUSED with git's own words
 */
export async function cloneRepository(request: GitRequest, tree: string): Promise<CheckedOut> {
  const { url, committish, version, locked, reference } = request;
  const git = gitFor(dirname(tree), url);
  const shown = withoutSecrets(url);
  // A secret stands in no argv and no .git/config. Without a template there are no sample hooks: a third of a small clone's time.
  const cloned = await git(
    'clone',
    '--quiet',
    '--template=',
    ...(reference ? ['--reference-if-able', reference, '--dissociate'] : []),
    '--',
    withoutCredentials(url),
    tree,
  );
  if (cloned.status !== 0)
    throw new UserError('REFUSED', `Cannot clone ${shown}: ${withoutSecrets(ownWords(cloned.stderr))}`, {
      hint: 'check the address, and that you may read it',
    });
  if (locked) return checkOutLocked(git, tree, shown, locked);
  const tag = version === undefined ? undefined : await tagWithin(git, tree, shown, version);
  const wanted = tag ?? committish;
  if (wanted !== undefined) {
    const checkedOut = await checkOut(git, tree, wanted);
    if (checkedOut.status !== 0) {
      throw new UserError('REFUSED', `${shown} has no branch, tag or commit "${wanted}"`, {
        hint: `its tags: ${await some(git, tree, 'tag', '--list', '--sort=-creatordate')}; its branches: ${await some(git, tree, 'branch', '--remotes', '--format=%(refname:lstrip=3)')}`,
      });
    }
  }
  const known = readHead(tree) ?? (await askHead(git, tree, shown));
  return tag === undefined ? known : { commit: known.commit, pinned: false, tag };
}

const checkOut = (git: Git, tree: string, wanted: string): Promise<ChildResult> =>
  git('-C', tree, '-c', 'advice.detachedHead=false', 'checkout', '--quiet', wanted, '--');

/**
 * The very commit of a lock, and nothing else under its name.
 * @throws UserError REFUSED when its tag names another commit by now, or the commit is gone
 */
async function checkOutLocked(git: Git, tree: string, shown: string, { commit, tag, pinned, range }: LockedCommit): Promise<CheckedOut> {
  if (tag !== undefined) {
    const { status, stdout } = await git('-C', tree, 'rev-parse', '--quiet', '--verify', `refs/tags/${tag}^{commit}`);
    const now = stdout.trim();
    if (status === 0 && now !== commit) {
      throw new UserError('MOVED', `The tag ${tag} of ${shown} was moved from ${commit.slice(0, 12)} to ${now.slice(0, 12)}`, {
        hint: 'ask its author why; to accept it, update the plugin and lock again',
      });
    }
  }
  // A commit that no branch or tag leads to any more is still given out by many servers to who asks for it by name.
  const done =
    (await checkOut(git, tree, commit)).status === 0 ||
    ((await git('-C', tree, 'fetch', '--quiet', 'origin', commit)).status === 0 && (await checkOut(git, tree, commit)).status === 0);
  if (!done) {
    throw new UserError('REFUSED', `${shown} does not have the commit ${commit} any more`, {
      hint: 'copy the plugin from a machine that has it, or update it and lock again',
    });
  }
  return { commit, pinned, ...(range && tag !== undefined ? { tag } : {}) };
}

/** Packed or kept otherwise: one question for both answers, the commit, and the branch's full name or HEAD. */
async function askHead(git: Git, tree: string, shown: string): Promise<CheckedOut> {
  const head = await git('-C', tree, 'rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD');
  if (head.status !== 0) throw new UserError('REFUSED', `${shown} has no commits`, { hint: 'push one first' });
  const [commit = '', ref] = head.stdout.trim().split('\n');
  return { commit, pinned: ref === 'HEAD' };
}

/** What a fresh clone's HEAD says, where files say it: a start of git saved. */
function readHead(tree: string): { commit: string; pinned: boolean } | undefined {
  const read = (name: string): string => readFileSync(join(tree, '.git', name), 'utf8').trim();
  const isCommit = (text: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text);
  try {
    const head = read('HEAD');
    if (isCommit(head)) return { commit: head, pinned: true };
    const commit = /^ref: refs\/heads\/[^/.][^.]*$/.test(head) ? read(head.slice('ref: '.length)) : '';
    return isCommit(commit) ? { commit, pinned: false } : undefined;
  } catch {
    return undefined;
  }
}

type Git = (...words: string[]) => Promise<ChildResult>;

/**
 * git with repositories of other users allowed, and nobody's configuration touched. Credentials of the address are given to the host they are for
 * when it asks, as git itself would give them.
 */
function gitFor(scratch: string, url: string): Git {
  const config = join(scratch, '.gitconfig');
  mkdirSync(scratch, { recursive: true });
  const own = process.env.GIT_CONFIG_GLOBAL || join(homedir(), '.gitconfig');
  writeFileSync(config, `[include]\n\tpath = ${JSON.stringify(own)}\n[safe]\n\tdirectory = *\n`);
  const env = {
    ...ownGitEnvironment(process.env),
    GIT_CONFIG_GLOBAL: config,
    ...(isatty(0) ? {} : { GIT_TERMINAL_PROMPT: '0' }),
    ...answersFor(url, scratch),
  };
  return (...words) => runChild('git', words, { env, output: 'capture-all' });
}

const ASKPASS = `#!/bin/sh
case $1 in
  *"@$TOOL_GIT_HOST'"*) printf '%s\\n' "$TOOL_GIT_PASSWORD" ;;
  *) exit 1 ;;
esac
`;

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
    ...(answered ? { GIT_ASKPASS: askpass, TOOL_GIT_PASSWORD: credentials.password, TOOL_GIT_HOST: new URL(url).host } : {}),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key = '', value = ''], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

async function tagWithin(git: Git, tree: string, shown: string, range: string): Promise<string> {
  const { bestTag } = await import('./best-tag.ts');
  const { stdout } = await git('-C', tree, 'tag', '--list');
  const best = bestTag(stdout.split('\n'), range);
  if (best !== undefined) return best;
  throw new UserError('REFUSED', `${shown} has no tag within ${range}`, { hint: `its tags: ${await some(git, tree, 'tag', '--list', '--sort=-creatordate')}` });
}

async function some(git: Git, tree: string, ...words: string[]): Promise<string> {
  const names = (await git('-C', tree, ...words)).stdout.split('\n').filter((name) => name !== '' && name !== 'HEAD');
  return names.length === 0 ? 'none' : names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '');
}

/** What git says first of what went wrong; what follows is advice for people at git's own prompt. */
function ownWords(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return (lines.find((line) => /^(fatal|error): /.test(line)) ?? lines.at(-1) ?? '').replace(/^(fatal|error): /, '');
}
