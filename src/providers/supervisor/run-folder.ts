import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, UserError } from '../../errors.ts';
import type { Environment } from '../../home/layout.ts';
import { identify } from '../../system/processes.ts';
import { removeTree } from '../../system/remove-tree.ts';

/** The most bytes of a socket's path on Linux. Node cuts what is longer, and two sockets get one name. */
const MOST_BYTES = 107;

/** The sockets of one start of an instance: `inbound` is the plugin's, `outbound` the host's. */
export interface InstanceSockets {
  readonly id: string;
  readonly folder: string;
  readonly inbound: string;
  readonly outbound: string;
}

/** Where the sockets of a supervisor are: a directory that nobody else may look into. */
export interface RunFolder {
  readonly path: string;
  readonly control: string;
  /** Makes the directory of one start. No path is ever used twice. @throws UserError where the path would be too long */
  forStart(): InstanceSockets;
}

/** A few letters that tell one home from another. */
export const homeKey = (home: string): string => createHash('sha256').update(home).digest('hex').slice(0, 10);

/**
 * Makes the directory for the sockets of a home: in XDG_RUNTIME_DIR where it is ours, in /run for root, else in the directory for temporary files.
 * @param purpose of several directories of one home
 * @throws UserError where somebody else has a hand in it, or paths would be too long
 */
export function makeRunFolder(home: string, env: Environment, purpose = ''): RunFolder {
  const base = baseFolder(env);
  const path = join(base, `${homeKey(home)}${purpose}`);
  for (const folder of [base, path]) makePrivate(folder);
  // What earlier processes left, those among them that ran one action alone.
  for (const name of readdirSync(path)) removeTree(join(path, name));
  for (const name of readdirSync(base)) {
    const [, pid] = new RegExp(`^${homeKey(home)}-(\\d+)$`).exec(name) ?? [];
    if (pid !== undefined && identify(Number(pid)) === undefined) removeTree(join(base, name));
  }
  const control = checked(join(path, 'ctl.sock'));
  mkdirSync(join(path, 'p'), { mode: 0o700 });
  return {
    path,
    control,
    forStart: () => {
      const id = randomBytes(5).toString('hex').slice(0, 8);
      const folder = join(path, 'p', id);
      const sockets = { id, folder, inbound: checked(join(folder, 'i.sock')), outbound: checked(join(folder, 'o.sock')) };
      mkdirSync(folder, { mode: 0o700 });
      return sockets;
    },
  };
}

function baseFolder({ XDG_RUNTIME_DIR: runtime, TMPDIR: temporary }: Environment): string {
  const uid = process.getuid?.() ?? 0;
  // sudo may pass on that of another user, who could exchange whatever is in it.
  if (runtime?.startsWith('/') && isDirectory(runtime) && lstatSync(runtime).uid === uid) return join(runtime, 'tool');
  return uid === 0 && isDirectory('/run') ? '/run/tool' : join(temporary?.startsWith('/') ? temporary : '/tmp', `tool-${uid}`);
}

const isDirectory = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function makePrivate(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST')
      throw new UserError('run-directory-not-usable', `Cannot make ${folder} (${errnoOf(error)})`, {
        hint: 'set XDG_RUNTIME_DIR to a directory of your own',
        cause: error,
      });
  }
  const stat = lstatSync(folder);
  const problem = !stat.isDirectory()
    ? 'is no directory'
    : stat.uid !== process.getuid?.()
      ? 'belongs to another user'
      : (stat.mode & 0o077) !== 0
        ? 'is open to others'
        : undefined;
  if (problem !== undefined)
    throw new UserError('run-directory-not-usable', `${folder} ${problem}`, { hint: 'remove it, or set XDG_RUNTIME_DIR to a directory of your own' });
}

/** @throws UserError where a path is too long for a socket */
function checked(path: string): string {
  const bytes = Buffer.byteLength(path);
  if (bytes <= MOST_BYTES) return path;
  throw new UserError('socket-path-too-long', `${path} has ${bytes} bytes, and the path of a socket has at most ${MOST_BYTES}`, {
    hint: 'set XDG_RUNTIME_DIR to a directory with a shorter path',
  });
}
