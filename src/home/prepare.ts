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
import { dirname, join } from 'node:path';
import { errnoOf, errorLine, isUserError, UserError } from '../errors.ts';
import { askProgram } from '../system/child.ts';
import { temporaryBeside } from '../system/links.ts';
import { needLinux } from '../system/linux.ts';
import { makeFolder } from '../system/make-folder.ts';
import { useStoreModes } from '../system/store-modes.ts';
import { askForDokkusSet, linkCorePlugins } from './core-links.ts';
import { renderEnvironment } from './environment.ts';
import { mendEventLog } from './event-log.ts';
import { type Install, ownerOf, refuseUntrustedHome, stateOf } from './trust.ts';

/** The last line of the text; the launcher trusts nothing without it. */
const END_OF_ENVIRONMENT = '# end of environment';
/** The Dokku release whose behaviour is followed (docs/contracts/dokku.md), for plugins that ask. */
const DOKKU_COMPATIBILITY = '0.38.27';
/** What a home's commands are made of, and what they work on: on a server root's, and the system user's (decision 009). */
const CODE_FOLDERS = ['plugins/available', 'plugins/enabled', 'core-plugins/available', 'core-plugins/enabled'];
const STATE_FOLDERS = ['config', 'data', 'services', 'root', 'log', 'cache', 'run'];

/** What is asked of rooms above this one. */
export interface Preparing {
  /** Whether the home's tool.toml asks for Dokku's set; a UserError where it cannot be understood. */
  readonly asksForDokkusSet: (home: string) => boolean;
  /** Writes the configuration of its plugins for their triggers, once they are linked. */
  readonly writeExports: (pluginPath: string) => void;
}

/**
 * Prepares a home for one install and gives the text of its environment (DESIGN "The environment").
 * The rendered file is written last and by rename: it marks a home that is ready, and ten first runs at once agree.
 * A home that may not be written gets its environment in memory alone, once it has its core plugins.
 * @throws UserError on another system than Linux, when the home cannot be made, or root must not trust it
 */
export function prepareEnvironment(install: Install, { asksForDokkusSet, writeExports }: Preparing): { text: string; warnings: string[] } {
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
  const text = () => {
    const facts = { packagePath, nodePath: process.execPath, distribution: distribution(), owner: ownerOf(stateOf(home)) };
    return `${renderEnvironment(facts)}${END_OF_ENVIRONMENT}\n`;
  };
  try {
    for (const folder of CODE_FOLDERS) mkdirSync(join(home, folder), { recursive: true });
    makeState(home, install.systemUser);
    writeIfMissing(join(home, 'plugins/config.toml'), '');
    writeIfMissing(join(home, 'core-plugins/config.toml'), '');
    writeIfMissing(join(home, 'STABLE_VERSION'), `${DOKKU_COMPATIBILITY}\n`);
    const settingsTime = mtimeOf(join(home, 'tool.toml'));
    if (brand === 'dokku') askForDokkusSet(packagePath, home);
    const { wanted, problems } = dokkusSet(home, asksForDokkusSet);
    const warnings = [...problems, ...linkCorePlugins(packagePath, home, wanted)];
    mendEventLog(home);
    writeExports(join(home, 'plugins'));
    const rendered = text();
    writeRendered(join(home, `env${packagePath}`, `${build}.sh`), rendered, settingsTime);
    return { text: rendered, warnings };
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes(errnoOf(error) ?? '')) throw homeProblem(install, error);
    if (!canReadCore(home)) throw homeProblem(install, error);
    return { text: text(), warnings: [] };
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

/** Whether tool.toml asks for Dokku's set; undefined, and why, where it cannot be understood. */
function dokkusSet(home: string, asksForIt: Preparing['asksForDokkusSet']): { wanted: boolean | undefined; problems: string[] } {
  try {
    return { wanted: asksForIt(home), problems: [] };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { wanted: undefined, problems: [errorLine(error)] };
  }
}

const mtimeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** @param settingsTime when tool.toml was last changed, in milliseconds: one that is newer is what the launcher prepares the home anew for */
function writeRendered(file: string, text: string, settingsTime: number): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  const temporary = temporaryBeside(file);
  writeFileSync(temporary, text, { mode: 0o644 });
  // Of that very time, so that one which is put there later counts, however old it says it is; milliseconds are rounded up.
  const time = new Date(Math.ceil(settingsTime) + 1);
  utimesSync(temporary, time, time);
  renameSync(temporary, file);
  for (const entry of readdirSync(folder)) {
    if (/^[0-9a-f]{16}\.sh$/.test(entry) && join(folder, entry) !== file) rmSync(join(folder, entry), { force: true });
  }
}

function canReadCore(home: string): boolean {
  try {
    accessSync(join(home, 'core-plugins/available/common/functions'), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
