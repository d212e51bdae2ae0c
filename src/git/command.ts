import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import { type ChildResult, runChild } from '../system/child.ts';
import { credentialSettings } from './credentials.ts';
import { GIT_RULES, ownGitEnvironment, UNATTENDED, withSettings } from './environment.ts';

/** Runs git with some words. */
export type Git = (...words: string[]) => Promise<ChildResult>;

/**
 * git with repositories of other users allowed, and nobody's configuration touched. Credentials of the address are given to the host they are for
 * when it asks, as git itself would give them.
 * @param scratch a directory for git's own files, which git runs in: it reads the configuration of the repository that it stands in
 * @param more variables for this git alone
 */
export function gitFor(scratch: string, url: string, more: Readonly<Record<string, string | undefined>> = {}): Git {
  mkdirSync(scratch, { recursive: true });
  const attended = isatty(0);
  const caller = ownGitEnvironment(process.env);
  const env = {
    ...caller,
    ...(attended ? {} : UNATTENDED),
    ...withSettings(caller, credentialSettings(url, scratch)),
    GIT_CONFIG_GLOBAL: globalConfig(scratch),
    GIT_CEILING_DIRECTORIES: dirname(scratch),
    // No template: there are no sample hooks then, a third of a small clone's time, and none of anybody's own.
    GIT_TEMPLATE_DIR: '',
    GIT_ATTR_NOSYSTEM: '1',
    ...more,
  };
  const start = (ssh: Readonly<Record<string, string>>, words: readonly string[]) =>
    runChild('git', [...GIT_RULES, ...words], { env: { ...env, ...ssh }, output: 'capture-all', cwd: scratch });
  if (attended || !isSsh(url)) return (...words) => start({}, words);
  let ssh: Promise<Record<string, string>> | undefined;
  return async (...words) => {
    ssh ??= quietSsh(caller, () => start({ GIT_DIR: join(scratch, 'no-repository') }, ['config', '--get', 'core.sshCommand']));
    return start(await ssh, words);
  };
}

/** The user's own settings behind which repositories of others are allowed: a server's end, `file:` included, reads no other setting of ours. */
function globalConfig(scratch: string): string {
  const given = process.env.GIT_CONFIG_GLOBAL;
  const own = given === undefined ? [join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'git/config'), join(homedir(), '.gitconfig')] : [given];
  const file = join(scratch, '.gitconfig');
  const included = own.filter((path) => path !== '').map((path) => `[include]\n\tpath = ${JSON.stringify(path)}\n`);
  writeFileSync(file, `${included.join('')}[safe]\n\tdirectory = *\n`);
  return file;
}

const isSsh = (url: string): boolean => /^([a-z+]*ssh[a-z+]*:|(?![a-z][a-z0-9+.-]*:\/\/))/i.test(url);

/** ssh that asks nothing. Only where ssh is what runs: who names another program (plink, a script) has its words. */
async function quietSsh(caller: Readonly<Record<string, string | undefined>>, ask: () => Promise<ChildResult>): Promise<Record<string, string>> {
  const { GIT_SSH_COMMAND: command, GIT_SSH: program } = caller;
  const own = command || (program ? '' : (await ask()).stdout.trim() || 'ssh');
  return /^([\w./~-]*\/)?ssh(\s|$)/.test(own) ? { GIT_SSH_COMMAND: `${own} -o BatchMode=yes` } : {};
}
