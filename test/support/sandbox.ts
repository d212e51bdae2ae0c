import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The checkout that is tested, as built by `make build`. */
export const PACKAGE = resolve(import.meta.dirname, '../..');
export const TOOL = join(PACKAGE, 'bin/tool');

/** The shells that the launcher must run under: `bash --posix` and busybox where the launcher's own cases ask for them. */
export const SHELLS = { dash: ['dash'], 'bash --posix': ['bash', '--posix'], 'busybox sh': ['busybox', 'sh'] } as const;
export type ShellName = keyof typeof SHELLS;

export interface RunOptions {
  /** Added to the sandbox's environment; undefined takes a variable away. */
  readonly env?: Record<string, string | undefined>;
  readonly stdin?: string | Buffer;
  readonly cwd?: string;
  /** Run the launcher under this shell rather than by its #! line. */
  readonly shell?: ShellName;
  /** Words in front of the command, itself started by them: `env --ignore-signal=INT`. */
  readonly under?: readonly string[];
  /** The command to run; bin/tool unless told. */
  readonly command?: string;
  readonly uid?: number | undefined;
  /** Shell text run in front of the command, in its process: to close a descriptor, set the umask, export raw bytes. */
  readonly before?: string | Buffer;
}

/** A word of a command line; a Buffer holds bytes that Node's spawn could not carry. */
export type Bytes = string | Buffer;

/** How a process ended, whole: bytes as latin1 text so that none is lost in comparing. */
export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Bytes as one word of a shell script. */
export const quoted = (word: Bytes): Buffer => Buffer.from(`'${Buffer.from(word).toString('latin1').replaceAll("'", "'\\''")}'`, 'latin1');

/** Feeds a process that was started, and waits for its end. */
export function ending(child: ChildProcess, stdin: Bytes = ''): Promise<RunResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A command need not read what it is given.
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin);
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (status, signal) =>
      done({ stdout: Buffer.concat(stdout).toString('latin1'), stderr: Buffer.concat(stderr).toString('latin1'), status, signal }),
    );
  });
}

/** A home as a first command leaves it, made once for each file of tests. */
let preparedHome: string | undefined;

function prepareHome(): string {
  const root = mkdtempSync(join(tmpdir(), 'tool-test-home-'));
  process.on('exit', () => rmSync(root, { recursive: true, force: true }));
  const home = join(root, 'home');
  execFileSync(TOOL, ['version'], { env: { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: root, TOOL_HOME: home } });
  return home;
}

/** A home of its own in a temporary directory, and the built command run in it. */
export class Sandbox {
  readonly root: string;
  readonly home: string;
  #scripts = 0;

  /** @param folder a name for the sandbox's directory: spaces and quotes are welcome */
  constructor(folder = 'sandbox') {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'tool-test-')));
    this.home = join(this.root, folder, 'home');
    mkdirSync(dirname(this.home), { recursive: true });
  }

  /** A sandbox whose home has had its first command: for tests of what comes later, a fifth of a second sooner. Homes know no path of their own. */
  static prepared(): Sandbox {
    preparedHome ??= prepareHome();
    return Sandbox.with(preparedHome);
  }

  /** A sandbox whose home is a copy of another. */
  static with(home: string): Sandbox {
    const sandbox = new Sandbox();
    execFileSync('cp', ['-a', home, sandbox.home]);
    return sandbox;
  }

  /** The least a person's shell would have, with the home; nothing of the environment the tests run in. */
  get env(): Record<string, string> {
    return { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: this.root, USER: 'tester', LANG: 'C.UTF-8', TOOL_HOME: this.home };
  }

  /** Writes a file below the sandbox's root; text that begins with `#!` becomes executable. */
  file(path: string, text: string | Buffer, mode = text.toString().startsWith('#!') ? 0o755 : 0o644): this {
    const target = join(this.root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    chmodSync(target, mode);
    return this;
  }

  /** Puts an enabled plugin into the home, the way a person would: mkdir, write, link. Files are named from its directory. */
  plugin(name: string, files: Record<string, string>, { enabled = true } = {}): this {
    const directory = join(this.home, 'plugins/available', name);
    // A core plugin of that name makes room: its link leads into the checkout.
    for (const folder of ['available', 'enabled']) {
      const path = join(this.home, 'plugins', folder, name);
      if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(path);
    }
    mkdirSync(directory, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      const target = join(directory, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      chmodSync(target, text.startsWith('#!') ? 0o755 : 0o644);
    }
    if (enabled) {
      mkdirSync(join(this.home, 'plugins/enabled'), { recursive: true });
      symlinkSync(`../available/${name}`, join(this.home, 'plugins/enabled', name));
    }
    return this;
  }

  /** Has the home keep Dokku's set enabled, by name; said in front of its first command. */
  dokkusSet(): this {
    const marks = join(this.home, 'core-plugins/enabled-by-name');
    mkdirSync(marks, { recursive: true });
    for (const name of readdirSync(join(PACKAGE, 'compat/dokku'))) writeFileSync(join(marks, name), '');
    return this;
  }

  /** Path of something in the home. */
  at(...path: string[]): string {
    return join(this.home, ...path);
  }

  /** Starts the command and leaves it running. */
  start(argv: readonly Bytes[], options: RunOptions = {}): ChildProcess {
    const words = [...(options.under ?? []), ...(options.shell ? SHELLS[options.shell] : []), options.command ?? TOOL, ...argv];
    const plain = options.before === undefined && words.every((word) => typeof word === 'string');
    const [file = '', ...args] = plain ? words : [this.#script(words, options.before ?? '')];
    return spawn(file, args, {
      env: { ...this.env, ...options.env },
      cwd: options.cwd ?? this.root,
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
  }

  /** A script that becomes the command with these very bytes: Node's spawn would make UTF-8 of them. */
  #script(words: readonly Bytes[], before: Bytes): string {
    const name = `.start-${this.#scripts++}`;
    const command = words.flatMap((word) => [Buffer.from(' '), quoted(word)]);
    this.file(name, Buffer.concat([Buffer.from('#!/bin/sh\n'), Buffer.from(before), Buffer.from('\nexec'), ...command, Buffer.from('\n')]));
    return join(this.root, name);
  }

  /** Runs the command to its end. */
  run(argv: readonly Bytes[], options: RunOptions = {}): Promise<RunResult> {
    return ending(this.start(argv, options), options.stdin);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
