import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { shellQuote } from '../../src/system/shell-quote.ts';
import type { Machine } from './machine.ts';
import type { RunOptions, RunResult, Sandbox } from './sandbox.ts';
import { freePort, listens } from './web-servers.ts';

/** A real sshd on loopback, with one key a person, each forced to a command as sshcommand forces it. */
export interface Sshd extends Disposable {
  /** Runs ssh as a person. */
  ssh(person: string, words: readonly string[], options?: RunOptions): Promise<RunResult>;
}

async function untilListening(port: number): Promise<void> {
  if (!(await listens(port, AbortSignal.timeout(5000)))) throw new Error('sshd does not listen');
}

/**
 * Starts it.
 * @param command what a key runs; `$SSH_ORIGINAL_COMMAND` follows it, split by the login shell, as sshcommand writes it
 */
export async function startSshd(box: Sandbox, people: readonly string[], command: string): Promise<Sshd> {
  const folder = join(box.root, 'ssh');
  mkdirSync(folder, { mode: 0o700 });
  const keygen = (name: string): void => void execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  for (const name of ['host', ...people]) keygen(name);
  const line = (person: string): string =>
    `command="NAME=${person} FINGERPRINT=x SSH_ORIGINAL_COMMAND=\${SSH_ORIGINAL_COMMAND:-help} ${command} $SSH_ORIGINAL_COMMAND",restrict,pty ${readFileSync(join(folder, `${person}.pub`), 'utf8')}`;
  writeFileSync(join(folder, 'authorized_keys'), people.map(line).join(''), { mode: 0o600 });
  const port = await freePort();
  const config = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `PidFile ${join(folder, 'pid')}`,
    ...['StrictModes no', 'UsePAM no', 'PasswordAuthentication no', 'PermitRootLogin prohibit-password', 'AcceptEnv *', 'LogLevel ERROR'],
  ];
  writeFileSync(join(folder, 'sshd_config'), `${config.join('\n')}\n`);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = execFileSync('sh', ['-c', 'PATH=$PATH:/usr/sbin command -v sshd'], { encoding: 'utf8' }).trim();
  const server = spawn(sshd, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: ['ignore', 'ignore', 'inherit'] });
  await untilListening(port);
  return {
    ssh: (person, words, options = {}) =>
      box.run(
        [
          ...['-F', 'none', '-p', String(port), '-i', join(folder, person), '-o', 'IdentitiesOnly=yes', '-o', 'StrictHostKeyChecking=no'],
          ...[
            '-o',
            'UserKnownHostsFile=/dev/null',
            '-o',
            'LogLevel=ERROR',
            ...words.slice(0, words.indexOf('@')),
            '--',
            `${userInfo().username}@127.0.0.1`,
            ...words.slice(words.indexOf('@') + 1),
          ],
        ],
        { ...options, command: 'ssh' },
      ),
    [Symbol.dispose]: () => void server.kill('SIGTERM'),
  };
}

interface MachineSshd extends Disposable {
  readonly port: number;
  ssh(account: string, key: string, ...words: string[]): Promise<RunResult>;
}

/**
 * Starts the machine's own sshd, as it is set up there, on a port of loopback.
 * @returns ssh as somebody from afar: the account, the name of the key's file in the sandbox, what is typed
 */
export async function startMachineSshd(machine: Machine): Promise<MachineSshd> {
  const port = await freePort();
  await machine.root('ssh-keygen', '-A');
  const server = machine.start('root', ['/usr/sbin/sshd', '-D', '-p', String(port), '-o', 'ListenAddress=127.0.0.1', '-o', 'PidFile=none']);
  await untilListening(port);
  const quiet = ['IdentitiesOnly=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'BatchMode=yes'];
  return {
    port,
    ssh: (account, key, ...words) => {
      const options = ['-F', 'none', '-p', String(port), '-i', join(machine.box.root, key), ...quiet.flatMap((option) => ['-o', option])];
      return machine.box.run([...options, '-l', account, '127.0.0.1', ...words], { command: 'ssh' });
    },
    [Symbol.dispose]: () => void server.kill('SIGTERM'),
  };
}

/** Words as they are typed to ssh so that they arrive as they are. */
export const typed = (...words: string[]): string => words.map(shellQuote).join(' ');
