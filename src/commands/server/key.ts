import { readFileSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { keyLine } from '../../server/key-lines.ts';
import { commandPath } from '../../server/server-facts.ts';
import { askProgram } from '../../system/child.ts';
import type { CommandContext, Outcome } from '../command.ts';

const STDIN = 0;

/** `server:key NAME`: the line of authorized_keys for a public key, which comes on standard input. It writes nothing anywhere. */
export async function run({ layout, env, args: [name] }: CommandContext<'server:key'>): Promise<Outcome> {
  const key = readFileSync(STDIN, 'utf8');
  const fingerprint = fingerprintOf(key);
  const line = keyLine(name, key, { fingerprint, home: layout.home, command: commandPath(layout, env) });
  return { data: { name, fingerprint, line }, lines: () => [line] };
}

function fingerprintOf(key: string): string {
  const { stdout } = askProgram('ssh-keygen', ['-l', '-f', '-'], { input: key });
  const [, fingerprint] = /^\d+ ([A-Za-z0-9]+:[A-Za-z0-9+/=:]+) /.exec(stdout) ?? [];
  if (fingerprint) return fingerprint;
  throw new UserError('bad-key', 'That is not a public key that ssh-keygen understands', { hint: 'give what stands in a file like id_ed25519.pub' });
}
