import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Somebody with a key of SSH, made by ssh-keygen. */
export class SshSigner {
  /** The file of the secret key; that of the public one has `.pub` behind it. */
  readonly file: string;
  /** `ssh:SHA256:…` */
  readonly key: string;

  constructor(folder: string, name: string, ...type: string[]) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, name);
    keygen('-q', '-N', '', '-C', name, '-f', this.file, ...(type.length > 0 ? type : ['-t', 'ed25519']));
    this.key = `ssh:${keygen('-l', '-f', `${this.file}.pub`).split(' ')[1]}`;
  }

  get publicKey(): string {
    return readFileSync(`${this.file}.pub`, 'utf8');
  }

  /** A detached signature of some bytes, armored. */
  sign(bytes: Buffer | string, namespace = 'file'): string {
    const message = `${this.file}.message`;
    writeFileSync(message, bytes);
    rmSync(`${message}.sig`, { force: true });
    keygen('-q', '-Y', 'sign', '-f', this.file, '-n', namespace, message);
    return readFileSync(`${message}.sig`, 'utf8');
  }

  /** Words in front of a command of git's by which it signs with this key. */
  get gitWords(): string[] {
    return ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${this.file}`];
  }
}

const keygen = (...words: string[]): string => execFileSync('ssh-keygen', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** A home of GnuPG's with keys, made when it is asked for; it is gone with the test's folder, and its agent with `stop`. */
export class GpgHome {
  readonly #env: Record<string, string | undefined>;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#env = { ...process.env, GNUPGHOME: folder };
  }

  gpg(words: readonly string[], input: string | Buffer = '', passphrase = ''): Buffer {
    return execFileSync('gpg', ['--batch', '--yes', '--pinentry-mode', 'loopback', '--passphrase', passphrase, ...words], {
      env: this.#env,
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  }

  /** Makes a key. @returns its fingerprint */
  makeKey(user: string, algorithm = 'ed25519', usage = 'sign', expires = 'never', more: readonly string[] = []): string {
    this.gpg([...more, '--quick-gen-key', user, algorithm, usage, expires]);
    return (
      this.gpg(['--list-keys', '--with-colons', user])
        .toString()
        .match(/^fpr:+([0-9A-F]+):/m)?.[1] ?? ''
    );
  }

  export(user: string): Buffer {
    return this.gpg(['--export', '--armor', user]);
  }

  /** A provenance file of an archive, as Helm lays it out. */
  prov(user: string, files: Readonly<Record<string, string>>, more: readonly string[] = []): string {
    const list = Object.entries(files).map(([name, sum]) => `  ${name}: ${sum}\n`);
    return this.clearsign(user, `Name: greet\nVersion: 1.0.0\n\n...\nfiles:\n${list.join('')}`, more);
  }

  clearsign(user: string, text: string, more: readonly string[] = []): string {
    return this.gpg(['--local-user', user, '--digest-algo', 'SHA512', ...more, '--clearsign'], text).toString();
  }

  detached(user: string, bytes: Buffer | string, more: readonly string[] = ['--armor']): Buffer {
    return this.gpg(['--local-user', user, ...more, '--detach-sign'], bytes);
  }

  stop(): void {
    execFileSync('gpgconf', ['--kill', 'all'], { env: this.#env, stdio: 'ignore' });
  }
}
