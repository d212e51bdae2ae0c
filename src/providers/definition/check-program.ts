import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../errors.ts';
import { programOfStub } from '../../plugins/botkube/source-stub.ts';
import { fileHash } from '../../system/file-hash.ts';
import { type Provider, programOf } from './record.ts';

/** Hashes of files that have not changed since: a change of contents changes the time of the inode, which nobody sets. */
const hashed = new Map<string, Promise<string>>();
const MOST_KEPT = 64;

/**
 * In front of each start: the program of a provider is what was installed, and nobody else could have changed it; so is the stub that starts it, where there is one.
 * @returns the path of what is to be started
 * @throws UserError saying what is wrong
 */
export async function checkProgram(provider: Provider): Promise<string> {
  const started = programOf(provider);
  const { name, sha256, stub } = provider;
  await checkFile(name, started, stub ?? sha256);
  if (stub !== undefined) await checkFile(name, programOfStub(started) ?? started, sha256);
  return started;
}

async function checkFile(name: string, program: string, sha256: string): Promise<void> {
  const stat = statSync(program, { throwIfNoEntry: false });
  if (!stat?.isFile())
    throw new UserError('provider-changed', `The program of ${name}, ${program}, is gone`, {
      hint: `install it again, or remove it with provider:remove ${name}`,
    });
  const real = realpathSync(program);
  for (const place of [real, dirname(real)]) refuseForeign(name, place, lstatSync(place));
  const key = [stat.dev, stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join(' ');
  if ((await hashAt(real, key)) === sha256) return;
  throw new UserError('provider-changed', `The program of ${name} is not what was installed (${program})`, {
    hint: `if that is right, run provider:reload ${name}`,
  });
}

/** The hash of a file in a state of it; what could not be read is read again when it is next asked for. */
function hashAt(file: string, state: string): Promise<string> {
  const known = hashed.get(state);
  if (known) return known;
  if (hashed.size >= MOST_KEPT) hashed.clear();
  const hash = fileHash(file);
  hashed.set(state, hash);
  hash.catch(() => hashed.delete(state));
  return hash;
}

/** What others can write is not run; nor does root run what belongs to another user. */
export function refuseForeign(name: string, place: string, { mode, uid, gid }: Stats): void {
  const us = process.getuid?.() ?? 0;
  const problem =
    (mode & 0o002) !== 0 && (mode & 0o1000) === 0
      ? 'can be written by everybody'
      : (mode & 0o020) !== 0 && gid !== process.getgid?.() && gid !== 0
        ? 'can be written by a group'
        : uid !== us && uid !== 0
          ? 'belongs to another user'
          : undefined;
  if (problem !== undefined)
    throw new UserError('provider-not-safe', `${place} ${problem}, and is not run as the provider ${name}`, {
      hint: `give it to yourself alone: chmod go-w ${place}`,
    });
}
