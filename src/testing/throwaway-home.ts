import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskCode, errnoOf, UserError } from '../errors.ts';
import { type Layout, namesIn } from '../home/layout.ts';
import { isExecutableFile } from '../plugins/executable.ts';
import { needLinux } from '../system/linux.ts';
import { removeTree } from '../system/remove-tree.ts';
import { endProcesses } from './leftover-processes.ts';
import type { TestSubject } from './test-subject.ts';

/** A home for one test run, in a temporary directory with everything that belongs to it. */
export interface ThrowawayHome {
  readonly root: string;
  /** Becomes a command with the environment of the home; the one door to it. */
  readonly enter: string;
  /** Where the plugin stands once it is installed, and where it is enabled. */
  readonly tree: string;
  readonly enabled: string;
}

/** The commands that a test finds on PATH, and the files that they are. */
const COMMANDS = { tool: 'command', dokku: 'command', plugn: 'plugn', calls: 'calls', stub: 'stub' };

/**
 * Makes the directory. It has a package of its own, links to the real one but for the commands that a plugin or a test may
 * call: those stay in this home. The home itself is prepared by the first command, as any is.
 * @throws UserError when it cannot be made
 */
export function makeThrowawayHome({ packagePath }: Layout, { name, directory }: TestSubject): ThrowawayHome {
  // Processes that a test leaves behind are found there.
  needLinux();
  const root = makeRoot();
  const own = join(packagePath, 'libexec/plugin-test');
  const folder = (path: string): string => {
    const made = join(root, path);
    mkdirSync(made, { recursive: true });
    return made;
  };
  // Whatever the umask is, root trusts only a home that others cannot write.
  chmodSync(folder('home'), 0o755);
  for (const path of ['user', 'tmp', 'calls']) folder(path);

  const [bin, libexec] = [folder('package/bin'), folder('package/libexec')];
  for (const entry of ['compat', 'dist', 'plugins', 'package.json']) symlinkSync(join(packagePath, entry), join(root, 'package', entry));
  for (const entry of namesIn(join(packagePath, 'libexec'))) if (entry !== 'dokku') symlinkSync(join(packagePath, 'libexec', entry), join(libexec, entry));
  symlinkSync(join(own, 'command'), join(libexec, 'dokku'));
  for (const [command, file] of Object.entries(COMMANDS)) symlinkSync(join(own, file), join(bin, command));

  const [stubs, answers] = [folder('stubs'), folder('answers')];
  for (const program of namesIn(join(own, 'stubs'))) symlinkSync(join(own, 'stubs', program), join(stubs, program));
  for (const program of ['test/stubs', 'tests/stubs'].flatMap((place) => namesIn(join(directory, place)).map((entry) => join(directory, place, entry)))) {
    if (isExecutableFile(program)) giveAnswer(program, { stubs, answers, silent: join(own, 'stubs/docker') });
  }

  writeFileSync(join(root, 'plugin-name'), `${name}\n`);
  symlinkSync(join(own, 'enter'), join(root, 'enter'));
  return { root, enter: join(root, 'enter'), tree: join(root, 'home/plugins/available', name), enabled: join(root, 'home/plugins/enabled', name) };
}

function makeRoot(): string {
  try {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'tool-plugin-test-')));
    if (!root.includes(':')) return root;
    rmSync(root, { recursive: true });
  } catch (error) {
    throw new UserError(diskCode(error), `Cannot make a directory in ${tmpdir()} (${errnoOf(error)})`, {
      hint: 'set TMPDIR to one that you can write',
      cause: error,
    });
  }
  throw new UserError('bad-variable', `${tmpdir()} contains a colon, so it cannot be on PATH`, { hint: 'set TMPDIR to another directory' });
}

/** A program of the plugin's own tests becomes what the stub of its name does. */
function giveAnswer(program: string, to: { stubs: string; answers: string; silent: string }): void {
  const name = program.slice(program.lastIndexOf('/') + 1);
  copyFileSync(program, join(to.answers, name));
  chmodSync(join(to.answers, name), 0o755);
  try {
    symlinkSync(to.silent, join(to.stubs, name));
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

/** Ends what still runs in a home. */
export const endLeftovers = ({ root }: ThrowawayHome): Promise<void> => endProcesses(root);

/**
 * Takes a home away, with folders that were made read-only.
 * @throws UserError where something of it stays
 */
export function removeThrowawayHome({ root }: ThrowawayHome): void {
  if (!removeTree(root)) throw new UserError('file-system-error', `Cannot remove ${root}, which the tests have used`, { hint: 'remove it by hand' });
}
