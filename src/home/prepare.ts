import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { errnoOf, errorLine, isUserError, UserError } from '../errors.ts';
import { askProgram } from '../system/child.ts';
import { temporaryBeside } from '../system/links.ts';
import { needLinux } from '../system/linux.ts';
import { makeFolder } from '../system/make-folder.ts';
import { useStoreModes } from '../system/store-modes.ts';
import { askForDokkusSet, linkCorePlugins } from './core-links.ts';
import { type CommandEvents, type FrontDoor, renderEnvironment, SINCE } from './environment.ts';
import { fitEventBridge } from './event-bridge.ts';
import { mendEventLog } from './event-log.ts';
import { type Install, ownerOf, refuseUntrustedHome, stateOf } from './trust.ts';

/** The last line of the text; the launcher trusts nothing without it. */
const END_OF_ENVIRONMENT = '# end of environment';
/** Told to libexec/render alone. */
const UNSETTLED = 'tool_unsettled=1\n';
/** The Dokku release whose behaviour is followed (docs/contracts/dokku.md), for plugins that ask. */
const DOKKU_COMPATIBILITY = '0.38.27';
/** What a home's commands are made of, and what they work on: on a server root's, and the system user's (decision 009). */
const CODE_FOLDERS = ['plugins/available', 'plugins/enabled', 'core-plugins/available', 'core-plugins/enabled'];
const STATE_FOLDERS = ['config', 'data', 'services', 'root', 'log', 'cache', 'run'];

/** What is asked of rooms above this one. */
export interface Preparing {
  /** Whether the home's tool.toml asks for Dokku's set; a UserError where it cannot be understood. */
  readonly asksForDokkusSet: (home: string) => boolean;
  /** What the home's tool.toml says of words, as far as it can be understood. */
  readonly front: (home: string) => FrontDoor | undefined;
  /** The Helm that the home's tool.toml names; a UserError where that cannot be understood. */
  readonly helmProgram: (home: string) => string | undefined;
  /** Which commands and triggers become events, as the home's tool.toml says; a UserError where that cannot be understood. */
  readonly events: (home: string) => { readonly commands: CommandEvents; readonly fromTriggers: readonly string[] };
  /** Writes the configuration of its plugins for their triggers, once they are linked. */
  readonly writeExports: (pluginPath: string) => void;
}

/** What tool.toml says; where it cannot be understood, undefined and why. */
function said<T>(home: string, read: (home: string) => T): { readonly value: T | undefined; readonly problems: readonly string[] } {
  try {
    return { value: read(home), problems: [] };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { value: undefined, problems: [errorLine(error)] };
  }
}

/**
 * Prepares a home for one install and gives the text of its environment (DESIGN "The environment").
 * The rendered file is written last and by rename: it marks a home that is ready, and ten first runs at once agree.
 * A home that may not be written gets its environment in memory alone, once it has its core plugins.
 * @throws UserError on another system than Linux, when the home cannot be made, or root must not trust it
 */
export function prepareEnvironment(
  install: Install,
  { asksForDokkusSet, front: readFront, helmProgram, events: readEvents, writeExports }: Preparing,
): { text: string; warnings: string[] } {
  const { brand, home, packagePath, build } = install;
  refuseOldNode(brand);
  needLinux();
  useStoreModes();
  try {
    makeFolder(home, 0o755);
  } catch (error) {
    throw new UserError('home-not-usable', `Cannot make the home ${home} (${errnoOf(error)})`, { hint: `set TOOL_HOME to a directory you can write` });
  }
  refuseUntrustedHome(install);
  const settingsTime = mtimeOf(join(home, 'tool.toml'));
  const front = readFront(home);
  const helm = said(home, helmProgram);
  const events = said(home, readEvents);
  const text = () => {
    return renderEnvironment({
      packagePath,
      nodePath: process.execPath,
      distribution: distribution(),
      owner: ownerOf(stateOf(home)),
      front,
      helmProgram: helm.value,
      commandEvents: events.value?.commands,
    });
  };
  try {
    for (const folder of CODE_FOLDERS) mkdirSync(join(home, folder), { recursive: true });
    makeState(home, install.systemUser);
    writeIfMissing(join(home, 'plugins/config.toml'), '');
    writeIfMissing(join(home, 'core-plugins/config.toml'), '');
    writeIfMissing(join(home, 'STABLE_VERSION'), `${DOKKU_COMPATIBILITY}\n`);
    if (brand === 'dokku') askForDokkusSet(packagePath, home);
    const wanted = said(home, asksForDokkusSet);
    const warnings = [...wanted.problems, ...helm.problems, ...events.problems, ...linkCorePlugins(packagePath, home, wanted.value)];
    mendEventLog(home);
    if (events.value) warnings.push(...fitEventBridge(home, events.value.fromTriggers));
    writeExports(join(home, 'plugins'));
    const rendered = text();
    writeRendered(join(home, `env${packagePath}`), build, rendered, { settingsTime, withSince: front !== undefined });
    return { text: `${rendered}${mayChangeUnseen(settingsTime) ? UNSETTLED : ''}${END_OF_ENVIRONMENT}\n`, warnings };
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes(errnoOf(error) ?? '')) throw homeProblem(install, error);
    if (!canReadCore(home)) throw homeProblem(install, error);
    return { text: `${text()}${END_OF_ENVIRONMENT}\n`, warnings: [] };
  }
}

function homeProblem({ brand, home, systemUser }: Install, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  const isServer = systemUser !== '' && code !== 'ENOSPC';
  return new UserError('home-not-usable', `Cannot prepare the home ${home} (${code})`, {
    hint: isServer ? `run \`${brand} server:setup\` as root` : 'make it writable, free some space, or set TOOL_HOME to another directory',
    cause: error,
  });
}

function refuseOldNode(brand: string): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new UserError('node-too-old', `Node ${process.versions.node} (${process.execPath}) is too old`, {
    hint: `put Node 20.19 or newer in front on PATH for ${brand}`,
  });
}

function distribution(): string {
  try {
    return /^ID="?([A-Za-z0-9._-]+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

function writeIfMissing(file: string, text: string): void {
  try {
    const fd = openSync(file, 'wx');
    try {
      writeFileSync(fd, text);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

/**
 * Makes what is missing of a home's state. Root gives what it makes to the system user, and does nothing in what is that user's already:
 * there a link may stand wherever root would write.
 */
function makeState(home: string, systemUser: string): void {
  const isRoot = process.getuid?.() === 0;
  const isNew = !existsSync(join(home, 'root'));
  for (const folder of STATE_FOLDERS) {
    const path = join(home, folder);
    const stands = existsSync(path);
    if (isRoot && stands && statSync(path).uid !== 0) continue;
    mkdirSync(folder === 'config' ? join(path, '--global') : path, { recursive: true });
    if (stands || !isRoot) continue;
    const owner = isNew ? (systemUser === '' ? '' : `${systemUser}:`) : ownerOf(join(home, 'root')).user;
    if (owner !== '' && owner !== 'root' && askProgram('chown', ['-R', '-h', '--', owner, path]).status !== 0) {
      throw new UserError('file-system-error', `Cannot give ${path} to ${owner}`, { hint: 'see that the user exists' });
    }
  }
}

const mtimeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const SECOND_MS = 1000;
/** By how much the time that a file is given may be behind the clock. */
const CLOCK_LAG_MS = 10;

/** Whether tool.toml may still be changed within the second of its last change, which a shell that compares whole seconds would not see. */
function mayChangeUnseen(settingsTime: number): boolean {
  const now = Date.now();
  return now >= settingsTime && Math.floor((now - CLOCK_LAG_MS) / SECOND_MS) <= Math.floor(settingsTime / SECOND_MS);
}

/**
 * Writes the rendered file by a rename, with a time by which the launcher sees whether tool.toml was changed since.
 * @param settingsTime when tool.toml was last changed, in milliseconds; 0 where there is none
 * @param withSince whether an older tool.toml that is put in its place is to be noticed too
 */
function writeRendered(folder: string, build: string, text: string, { settingsTime, withSince }: { settingsTime: number; withSince: boolean }): void {
  mkdirSync(folder, { recursive: true });
  if (withSince) writeDated(join(folder, `${build}${SINCE}`), '', settingsTime - SECOND_MS);
  // Of that very time, so that one which is put there later counts, however old it says it is; milliseconds are rounded up.
  writeDated(join(folder, `${build}.sh`), text, Math.ceil(settingsTime) + 1);
  for (const entry of readdirSync(folder)) {
    if (/^[0-9a-f]{16}\.(sh|since)$/.test(entry) && !entry.startsWith(build)) rmSync(join(folder, entry), { force: true });
  }
}

function writeDated(file: string, text: string, milliseconds: number): void {
  const temporary = temporaryBeside(file);
  writeFileSync(temporary, text, { mode: 0o644 });
  const time = new Date(Math.max(milliseconds, 1));
  utimesSync(temporary, time, time);
  renameSync(temporary, file);
}

function canReadCore(home: string): boolean {
  try {
    accessSync(join(home, 'core-plugins/available/common/functions'), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
