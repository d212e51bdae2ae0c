import { UserError } from '../errors.ts';
import { shellQuote } from '../system/shell-quote.ts';

/** A line of authorized_keys, as far as it matters. */
export interface KeyLine {
  readonly line: number;
  readonly isForced: boolean;
  readonly isRestricted: boolean;
}

const KEY = /^((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+) ([A-Za-z0-9+/]+=*)(?: .*)?$/;

/**
 * The line of authorized_keys that forces a key to the command, as sshcommand writes it, and keeps it from everything else.
 * @param key what stands in a public key's file
 * @throws UserError for what is no name of a person or no public key
 */
export function keyLine(name: string, key: string, { fingerprint, home, command }: { fingerprint: string; home: string; command: string }): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}$/.test(name)) {
    throw new UserError('bad-value', `"${name}" is not a valid name for a key`, { hint: 'it is letters, digits, dots, hyphens, underscores and @' });
  }
  const [, kind, bytes] = KEY.exec(key.trim()) ?? [];
  if (!kind || !bytes) throw new UserError('bad-key', 'That is not a public key', { hint: 'give what stands in a file like id_ed25519.pub' });
  const words = `FINGERPRINT=${fingerprint} NAME=${name} TOOL_HOME=${shellQuote(home)} SSH_ORIGINAL_COMMAND="\${SSH_ORIGINAL_COMMAND:-help}" ${shellQuote(command)}`;
  return `restrict,pty,command="${words.replaceAll('"', '\\"')}" ${kind} ${bytes} ${name}`;
}

/** The keys of a file, without comments. */
export function readKeyLines(text: string): KeyLine[] {
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*(#|$)/.test(line)) return [];
    // Options stand in front of the kind of key; what is in quotes is the command's.
    const options = /^\s*(ssh-|ecdsa-|sk-)/.test(line) ? '' : line.replaceAll(/"(\\.|[^"\\])*"/g, '""');
    return [{ line: index + 1, isForced: /(^|,)command=""/.test(options), isRestricted: /(^|,)restrict(,|\s)/.test(options) }];
  });
}
