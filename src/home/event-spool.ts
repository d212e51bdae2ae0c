import { appendFileSync, lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askProgram } from '../system/child.ts';
import { identify } from '../system/processes.ts';
import { readSmallFile } from '../system/small-file.ts';
import type { Environment } from './layout.ts';

/**
 * The spool of a home: events that are put there by commands and triggers, from where the supervisor takes them. It is there for the owner of the home alone, and is written only
 * while a supervisor reads it. An event is a file of words, each with a NUL behind it: the format, how many words follow, the hops, the kind, and what that kind is about.
 * libexec/spool writes the same in sh.
 */
export const SPOOL_FORMAT = '1';
/** The file that says who reads, by its process and when that was started. */
export const READER = '.reader';
/** The file that has a byte for each event that was left out. */
export const LEFT_OUT = '.left-out';
/** How many events may wait to be read; libexec/spool counts digits. */
export const MOST_WAITING = 10_000;
/** The variable by which what an event set off says how often it has passed between triggers and events. */
export const HOPS = 'TOOL_EVENT_HOPS';

/** Something that happened, as it is put into the spool. */
export interface SpooledEvent {
  readonly type: string;
  readonly action: string;
  readonly key: string;
  readonly object: unknown;
  /** What it was before, where it was something. */
  readonly original?: unknown;
}

const READER_BYTES = 100;

let count = 0;

/**
 * Puts an event into a spool that a supervisor reads. What it is about has been done, so nothing that goes wrong here is thrown.
 * @param tell says what has happened; asked only where it is read
 */
export function spoolEvent(spool: string, tell: () => SpooledEvent, env: Environment = process.env): void {
  try {
    if (!isRead(spool)) return;
    const { type, action, key, object, original = null } = tell();
    const json = JSON.stringify({ Type: type, Action: action, Key: key, Principal: principalOf(env), Object: object, Original: original });
    const words = ['event', json];
    const { uid } = lstatSync(spool);
    if (uid === process.geteuid?.()) write(spool, words, env);
    else if (process.geteuid?.() === 0) writeAsOwner(spool, words, env);
  } catch {
    // Another user may not look in there, the disk may be full: then nobody is told.
  }
}

/** Who did it: by name where a key was known by one, else the user. */
export const principalOf = ({ FINGERPRINT: fingerprint, SSH_NAME: name, SSH_USER: ssh, USER: user }: Environment): string =>
  (fingerprint ? name : undefined) || ssh || user || '';

/** How often what happens here has passed between triggers and events. */
export const hopsIn = ({ [HOPS]: hops }: Environment): number => (/^\d{1,3}$/.test(hops ?? '') ? Number(hops) : 0);

function isRead(spool: string): boolean {
  const [pid = '', start] = readSmallFile(join(spool, READER), READER_BYTES).trim().split(' ');
  return start !== undefined && lstatSync(spool).isDirectory() && identify(Number(pid))?.start === start;
}

function write(spool: string, words: readonly string[], env: Environment): void {
  if (readdirSync(spool).filter((name) => !name.startsWith('.')).length >= MOST_WAITING) {
    appendFileSync(join(spool, LEFT_OUT), '.');
    return;
  }
  const text = [SPOOL_FORMAT, String(words.length + 1), String(hopsIn(env)), ...words].map((word) => `${word}\0`).join('');
  writeFileSync(join(spool, `${process.hrtime.bigint()}-${process.pid}-${count++}`), text, { flag: 'wx', mode: 0o600 });
}

/** Root writes nothing where another user may have put a link, and has that user's shell do it, which is shown nothing of root's environment. */
function writeAsOwner(spool: string, words: readonly string[], env: Environment): void {
  const { uid, gid } = lstatSync(spool);
  const script = join(env.TOOL_PACKAGE ?? '', 'libexec/spool');
  const shell = ['sh', '-c', '. "$1" && shift && tool_spool_write "$@"', 'sh', script, spool, ...words];
  askProgram('setpriv', [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--', ...shell], { env: { PATH: env.PATH, [HOPS]: String(hopsIn(env)) } });
}
