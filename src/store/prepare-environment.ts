import { execFileSync } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchownSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { renderEnvironment } from '../environment.ts';
import { errnoOf, UserError } from '../errors.ts';
import { namesIn } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import { temporaryBeside } from '../system/links.ts';
import { writeConfigExports } from './config-exports.ts';
import { type Install, ownerOf, refuseUntrustedHome } from './home-trust.ts';
import { linkCorePlugins } from './link-core-plugins.ts';

/** The last line of the text; the launcher trusts nothing without it. */
const END_OF_ENVIRONMENT = '# end of environment';
/** The Dokku release whose behaviour is followed (contracts/dokku.md), for plugins that ask. */
const DOKKU_COMPATIBILITY = '0.38.27';
const FOLDERS = [
  'plugins/available',
  'plugins/enabled',
  'core-plugins/available',
  'core-plugins/enabled',
  'config/--global',
  'data',
  'services',
  'root',
  'log',
  'cache',
  'run',
];

/**
 * Prepares a home for one install and gives the text of its environment (DESIGN "The environment").
 * The rendered file is written last and by rename: it marks a home that is ready, and ten first runs at once agree.
 * A home that may not be written gets its environment in memory alone, once it has its core plugins.
 * @throws UserError REFUSED when the home cannot be made, or root must not trust it
 */
export function prepareEnvironment(install: Install): { text: string; warnings: string[] } {
  const { brand, home, packagePath, build } = install;
  refuseOldNode(brand);
  // Other users source what root renders, whatever root's own umask is.
  process.umask(0o022);
  try {
    if (makeHome(home)) giveToSystemUser(home, install.systemUser);
  } catch (error) {
    throw new UserError('REFUSED', `Cannot make the home ${home} (${errnoOf(error)})`, { hint: `set TOOL_HOME to a directory you can write` });
  }
  refuseUntrustedHome(install);
  const text = () => {
    const facts = { packagePath, nodePath: process.execPath, distribution: distribution(), owner: ownerOf(home) };
    return `${renderEnvironment(facts)}${END_OF_ENVIRONMENT}\n`;
  };
  try {
    for (const folder of FOLDERS) makeFolder(home, folder);
    writeIfMissing(join(home, 'plugins/config.toml'), '');
    writeIfMissing(join(home, 'core-plugins/config.toml'), '');
    writeIfMissing(join(home, 'STABLE_VERSION'), `${DOKKU_COMPATIBILITY}\n`);
    const warnings = linkCorePlugins(packagePath, home);
    writeConfigExports(join(home, 'plugins'), namesIn(join(home, 'plugins/enabled')).filter(isPluginName));
    const rendered = text();
    // In a home that is not root's, root renders for itself alone: it would not source the file, nor write where a link may lead.
    if (process.getuid?.() !== 0 || statSync(home).uid === 0) writeRendered(join(home, `env${packagePath}`, `${build}.sh`), rendered);
    return { text: rendered, warnings };
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes(errnoOf(error) ?? '')) throw homeProblem(home, error);
    if (!canReadCore(home)) throw homeProblem(home, error);
    return { text: text(), warnings: [] };
  }
}

function homeProblem(home: string, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  return new UserError('REFUSED', `Cannot prepare the home ${home} (${code})`, {
    hint: 'make it writable, free some space, or set TOOL_HOME to another directory',
    cause: error,
  });
}

function refuseOldNode(brand: string): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new UserError('REFUSED', `Node ${process.versions.node} (${process.execPath}) is too old`, {
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
      // By descriptor: a system user can put something else at the path meanwhile.
      const { uid, gid } = statSync(dirname(file));
      if (process.getuid?.() === 0 && uid !== 0) fchownSync(fd, uid, gid);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

/** Makes a home and what is missing above it, a step at a time: mkdir -p of Node does not end where mkdir says ENOENT (/proc). */
function makeHome(home: string): boolean {
  const missing: string[] = [];
  for (let path = home; !existsSync(path); path = dirname(path)) missing.push(path);
  for (const path of missing.reverse()) {
    try {
      mkdirSync(path, { mode: 0o755 });
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
  }
  return missing.length > 0;
}

/** A folder of a home and those above it. Root leaves folders in a system user's home that the user can write. */
function makeFolder(home: string, folder: string): void {
  const { uid, gid } = statSync(home);
  let path = home;
  for (const name of folder.split('/')) {
    path = join(path, name);
    const made = mkdirSync(path, { recursive: true }) !== undefined;
    if (made && process.getuid?.() === 0 && uid !== 0) lchownSync(path, uid, gid);
  }
}

/** A home that root has just made is the system user's, as libexec/system-user makes it in front of a hop. */
function giveToSystemUser(home: string, systemUser: string): void {
  if (process.getuid?.() !== 0 || systemUser === '') return;
  execFileSync('chown', ['-h', '--', `${systemUser}:`, home], { stdio: 'ignore' });
}

function writeRendered(file: string, text: string): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  const temporary = temporaryBeside(file);
  writeFileSync(temporary, text, { mode: 0o644 });
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
