import { join } from 'node:path';
import type { KeyLine } from './key-lines.ts';
import { type ServerFacts, STATE_FOLDERS } from './server-facts.ts';

/** Something that is missing of a server, or too open. */
export interface Problem {
  readonly what: string;
  readonly problem: string;
  readonly remedy: string;
}

/** What SSH knows of a server; undefined where it cannot be asked. */
export interface SshFacts {
  readonly keys: readonly KeyLine[] | undefined;
  /** What sshd takes from the far end's environment. */
  readonly acceptEnv: readonly string[] | undefined;
}

const SHELLS_OF_NOBODY = /\/(nologin|false)$/;

/** What is missing or too open, in the order in which it is to be mended; nothing when all is well. */
export function findProblems(facts: ServerFacts, ssh: SshFacts): Problem[] {
  const { brand, home, user, account, defaults, group, sudoers } = facts;
  const setup = `run ${brand} server:setup`;
  const problems: Problem[] = [];
  const report = (what: string, problem: string, remedy: string): void => void problems.push({ what, problem, remedy });
  if (defaults.user === '') report(defaults.path, 'names no system user', setup);
  if (!account) report(user, 'is no account of this machine', setup);
  else if (account.uid === 0) report(user, 'is root itself', `name another user in ${defaults.path}`);
  else if (SHELLS_OF_NOBODY.test(account.shell)) report(user, `has ${account.shell} as its shell, so that no key works`, `usermod --shell /bin/sh ${user}`);
  if (facts.packageProblem !== '') report(facts.packagePath, facts.packageProblem, 'install it as root, with make install');
  for (const { path, why } of facts.above) report(path, why, 'keep the home where root alone can change things, as in /var/lib');
  for (const { path, why } of facts.code) report(path, why, setup);
  for (const { path, why, isInside } of facts.led) report(path, why, isInside ? setup : 'install that plugin anew, without --link');
  for (const { path, uid, isDirectory } of facts.state) {
    if (!isDirectory) report(path, 'is not a directory', 'check where it leads, then remove it');
    else if (account && uid !== account.uid) report(path, `is not ${user}'s`, uid === 0 ? setup : `chown it to ${user}`);
  }
  for (const folder of STATE_FOLDERS.filter((name) => !facts.state.some(({ path }) => path === join(home, name))))
    report(join(home, folder), 'is missing', setup);
  if (!facts.isPrepared) report(home, 'is not prepared for this build, which makes every command slower', setup);
  if (!facts.hasSudo) report('sudo', 'is not on PATH', 'install sudo');
  if (!group.exists && sudoers.text === undefined) report(group.name, 'is no group of this machine', setup);
  if (sudoers.text === undefined) report(sudoers.path, `is missing: nobody but root can become ${user}`, setup);
  else if (!sudoers.text.includes(facts.command)) report(sudoers.path, `does not name ${facts.command}`, `${setup}, or fix the rule`);
  else if (/(^|[\s:])SETENV:/m.test(sudoers.text)) report(sudoers.path, 'lets people choose the environment of the system user', 'take SETENV away');
  for (const { line, isForced, isRestricted } of ssh.keys ?? []) {
    const what = `~${user}/.ssh/authorized_keys, line ${line}`;
    if (!isForced) report(what, 'has no command=, so that its holder gets a shell', `write it anew with ${brand} server:key`);
    if (!isRestricted) report(what, 'has no restrict, so that its holder may forward ports', 'put restrict, in front of it');
  }
  for (const name of ssh.acceptEnv ?? []) {
    if (!/^(LANG|LC_[A-Z*]*|COLORTERM|NO_COLOR|TERM)$/.test(name)) report('sshd', `takes ${name} from the far end (AcceptEnv)`, 'leave AcceptEnv at LANG LC_*');
  }
  return problems;
}
