import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Bytes, ending, PACKAGE, type RunOptions, type RunResult, Sandbox } from './sandbox.ts';

/**
 * A mount namespace in which the folders that set-up changes are copies, or empty: accounts, sudoers and homes made there are nowhere else.
 * What stands in the real ones is reached through links. It lasts for as long as its standard input is open.
 */
const FURNISH = `set -eu
scratch=$1
mount --make-rprivate /
cp -a /etc "$scratch/etc"
mount --bind "$scratch/etc" /etc
rm -rf "$scratch/etc/default/tool" "$scratch/etc/sudoers.d"
mkdir -m 755 "$scratch/etc/sudoers.d"
printf '@includedir /etc/sudoers.d\\n' >>"$scratch/etc/sudoers"
for place in /var/lib /home /run; do
  mkdir -p "$scratch/empty$place"
  mount --bind "$scratch/empty$place" "$place"
done
for place in /usr/local/bin /usr/local/lib; do
  mkdir -p "$scratch/real$place" "$scratch/new$place"
  mount --bind "$place" "$scratch/real$place"
  for entry in "$scratch/real$place"/*; do
    [ ! -e "$entry" ] || case \${entry##*/} in tool | plugn) ;; *) ln -s "$entry" "$scratch/new$place/" ;; esac
  done
  mount --bind "$scratch/new$place" "$place"
done
for name in tool dokku; do
  sed -i "/^$name[-:]/d" /etc/passwd /etc/group /etc/shadow
done
# Processes are everybody's, so a system user that another machine makes meanwhile has another number.
number=$((10000 + $$ % 40000))
sed -i '/^SYS_[UG]ID_/d' /etc/login.defs
printf 'SYS_%s %s\\n' UID_MIN $number UID_MAX $number GID_MIN $number GID_MAX $((number + 9)) >>/etc/login.defs
mkdir -p /run/sshd
printf 'ready\\n'
exec cat >/dev/null
`;

/** A machine of its own for tests that make accounts and servers: root is real, /etc and the homes are not. */
export class Machine {
  readonly box = new Sandbox();
  readonly #holder: ChildProcess;
  readonly #ready: Promise<void>;

  constructor() {
    execFileSync('chmod', ['755', this.box.root]);
    this.#holder = spawn('unshare', ['--mount', '--', 'sh', '-c', FURNISH, 'sh', this.box.root], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#ready = new Promise((done, fail) => {
      this.#holder.stdout?.once('data', () => done());
      this.#holder.once('exit', (status) => fail(new Error(`the machine could not be furnished (${status})`)));
    });
  }

  /** Installs the package where `make install` puts it. */
  async install(): Promise<void> {
    const { status, stderr } = await this.as('root', [join(PACKAGE, 'scripts/install.sh'), '/usr/local', ''], { cwd: PACKAGE });
    if (status !== 0) throw new Error(stderr);
  }

  /** Words that run a command on this machine as a user, in a folder. */
  #under(user: string, cwd: string): string[] {
    const enter = ['nsenter', `--mount=/proc/${this.#holder.pid}/ns/mnt`, '--', 'env', '-C', cwd];
    return user === 'root' ? enter : [...enter, 'setpriv', '--reuid', user, '--regid', user, '--init-groups', '--'];
  }

  /** Starts a command as a user, who has nothing in the environment but what a log-in gives, and leaves it running. */
  start(user: string, [command = '', ...argv]: readonly Bytes[], { env = {}, ...options }: RunOptions = {}): ChildProcess {
    const home = user === 'root' ? this.box.root : `/home/${user}`;
    const own = { HOME: home, USER: user, PATH: process.env.PATH ?? '', TOOL_HOME: undefined, ...env };
    return this.box.start(argv, { ...options, env: own, under: this.#under(user, options.cwd ?? this.box.root), command: String(command) });
  }

  /** Runs a command as a user to its end. */
  async as(user: string, words: readonly Bytes[], options: RunOptions = {}): Promise<RunResult> {
    await this.#ready;
    return ending(this.start(user, words, options), options.stdin);
  }

  /** A command that is to succeed, as root. @returns what it printed */
  async root(...words: string[]): Promise<string> {
    const { stdout, stderr, status } = await this.as('root', words);
    if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  [Symbol.dispose](): void {
    this.#holder.removeAllListeners('exit');
    this.#holder.kill('SIGKILL');
    this.box[Symbol.dispose]();
  }
}
