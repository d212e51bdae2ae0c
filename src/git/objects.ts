import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { startChild } from '../system/child.ts';
import { GIT_RULES, ownGitEnvironment } from './environment.ts';
import { gitFailure } from './words.ts';

/** Limits for one question to git. */
export interface ReadLimits {
  readonly bytes: number;
  readonly timeoutMs: number;
}

/**
 * Runs git on a local repository to its end, bare or with a work tree, whoever owns it: named, no repository around it is found. It starts no other program
 * and asks no server.
 * @param input what git reads
 * @throws UserError with git's own words, or where it says more, or takes longer, than is allowed
 */
export async function readRepository(clone: string, words: readonly string[], { bytes, timeoutMs }: ReadLimits, input = ''): Promise<Buffer> {
  const directory = existsSync(join(clone, '.git')) ? join(clone, '.git') : clone;
  const { process: child, closed } = startChild('git', [...GIT_RULES, '-c', 'log.showSignature=false', `--git-dir=${directory}`, ...words], {
    env: { ...ownGitEnvironment(process.env), GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0' },
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: '/',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  let size = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > bytes) child.kill('SIGKILL');
    else stdout.push(chunk);
  });
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A git that is gone reads no more: its status tells.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const status = await closed;
  if (size > bytes)
    throw new UserError('too-large', `Cannot read ${clone}: git gives more than ${bytes >> 20} MiB`, { hint: 'it is no index that was made to be read' });
  if (status !== 0) throw gitFailure(`Cannot read ${clone}`, clone, { status, stdout: '', stderr: Buffer.concat(stderr).toString() });
  return Buffer.concat(stdout);
}

/** A state of a file that a commit brought. */
export interface FileChange {
  readonly commit: string;
  /** Undefined where the file was removed, or is no ordinary file since. */
  readonly blob: string | undefined;
}

/**
 * The states that a file had up to a commit, newest first. What a branch held before it was merged was never there, and is left out. A repository with
 * `git commit-graph write --reachable --changed-paths` behind it answers ten times as fast.
 * @param most commits
 * @throws UserError as `readRepository` does
 */
export async function fileHistory(clone: string, commit: string, path: string, most: number, limits: ReadLimits): Promise<FileChange[]> {
  const format = ['--format=%H', '--raw', '--no-abbrev', '-z'];
  const words = ['log', '--first-parent', '-m', '--no-renames', `--max-count=${most}`, ...format, '--end-of-options', commit, '--', path];
  const changes: FileChange[] = [];
  let at = '';
  // A commit, then `:MODE MODE ID ID STATUS`, then the path, each ended by a NUL.
  for (const part of (await readRepository(clone, words, limits)).toString().split('\0')) {
    const word = part.trim();
    if (/^[0-9a-f]{40,64}$/.test(word)) at = word;
    const [, mode = '', blob = ''] = /^:\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) [A-Z]$/.exec(word) ?? [];
    if (blob !== '') changes.push({ commit: at, blob: mode.startsWith('100') ? blob : undefined });
  }
  return changes;
}

/** A file of a tree. */
export interface TreeFile {
  readonly path: string;
  readonly blob: string;
}

/** The ordinary files below a folder of a commit, in byte order. @throws UserError as `readRepository` does */
export async function treeFiles(clone: string, commit: string, folder: string, limits: ReadLimits): Promise<TreeFile[]> {
  const listing = await readRepository(clone, ['ls-tree', '-z', '--full-tree', '--end-of-options', commit, folder], limits);
  return listing
    .toString()
    .split('\0')
    .flatMap((line) => {
      const [, blob, path] = /^100\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return blob !== undefined && path !== undefined ? [{ path, blob }] : [];
    });
}

/** The texts of objects, by id, in one git. @throws UserError as `readRepository` does */
export async function blobTexts(clone: string, ids: readonly string[], limits: ReadLimits): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  if (ids.length === 0) return texts;
  const answer = await readRepository(clone, ['cat-file', '--batch'], limits, `${[...new Set(ids)].join('\n')}\n`);
  for (let at = 0; at < answer.length; ) {
    const lineEnd = answer.indexOf(10, at);
    const [id = '', , size] = answer.toString('latin1', at, lineEnd).split(' ');
    // `ID missing` is a line of its own.
    if (size === undefined) at = lineEnd + 1;
    else {
      texts.set(id, answer.toString('utf8', lineEnd + 1, lineEnd + 1 + Number(size)));
      at = lineEnd + 1 + Number(size) + 1;
    }
  }
  return texts;
}

const SHORT: ReadLimits = { bytes: 4096, timeoutMs: 30_000 };

/** When a commit was made, by its committer's clock. @throws UserError as `readRepository` does, also where it is not there */
export async function commitTime(clone: string, commit: string): Promise<Date> {
  const said = await readRepository(clone, ['show', '--no-patch', '--format=%ct', '--end-of-options', `${commit}^{commit}`], SHORT);
  return new Date(Number(said.toString().trim()) * 1000);
}

/** Whether a commit leads to another one, or is that; as far as the history that is there tells. @throws UserError as `readRepository` does */
export async function leadsTo(clone: string, commit: string, later: string): Promise<boolean> {
  const beyond = await readRepository(clone, ['rev-list', '--max-count=1', '--end-of-options', commit, `^${later}`], SHORT);
  return beyond.length === 0;
}
