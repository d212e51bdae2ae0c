import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { ServerFacts } from './server-facts.ts';

/** One step of a set-up: what it is for, and what is done. Applied again, it changes nothing more. */
export type Step = { readonly why: string } & Deed;

type Deed =
  | { readonly kind: 'run'; readonly argv: readonly string[] }
  | { readonly kind: 'write'; readonly path: string; readonly mode: number; readonly text: string; readonly check: readonly string[] }
  | { readonly kind: 'take-code'; readonly path: string; readonly group: string }
  | { readonly kind: 'forget'; readonly path: string }
  | { readonly kind: 'give-state'; readonly path: string; readonly user: string }
  | { readonly kind: 'prepare'; readonly home: string; readonly user: string }
  | { readonly kind: 'make-keys'; readonly user: string };

const WRITTEN_BY = '# Written by server:setup, and anew when it differs.';

/**
 * What is left to do for a server, in order; nothing when it is set up.
 * @throws UserError when something is in the way that root has to decide
 */
export function planSetup(facts: ServerFacts): Step[] {
  refuseWhatIsInTheWay(facts);
  const { brand, home, user, account, group, defaults } = facts;
  const steps: Step[] = [];
  if (!account) {
    const argv = ['useradd', '--system', '--user-group', '--home-dir', join(home, 'root'), '--no-create-home'];
    steps.push({ kind: 'run', why: `make the system user ${user}`, argv: [...argv, '--shell', '/bin/sh', '--password', '*', '--', user] });
  }
  if (!group.exists) steps.push({ kind: 'run', why: `make the group of those who may use ${brand} here`, argv: ['groupadd', '--system', '--', group.name] });
  const owned = new Set(facts.code.map(({ path }) => (path === home ? home : join(home, path.slice(home.length + 1).split('/')[0] ?? ''))));
  for (const { path } of facts.led.filter(({ isInside }) => isInside)) owned.add(join(home, path.slice(home.length + 1).split('/')[0] ?? ''));
  for (const path of owned) steps.push({ kind: 'take-code', why: "code is root's, so that root can run it", path, group: user });
  // What root would source is not taken over but written anew.
  const rendered = [...(owned.has(join(home, 'env')) ? ['env'] : []), ...(owned.has(join(home, 'plugins')) ? ['plugins/config-exports'] : [])];
  for (const folder of rendered) steps.push({ kind: 'forget', why: 'root sources only what root has written', path: join(home, folder) });
  for (const { path, uid } of facts.state) {
    if (uid === 0) steps.push({ kind: 'give-state', why: `state is ${user}'s`, path, user });
  }
  if (!facts.isPrepared || rendered.length > 0 || facts.state.length < 7) steps.push({ kind: 'prepare', why: 'make what is missing of the home', home, user });
  steps.push(...planSudoers(facts));
  if (defaults.user === '') {
    const before = defaults.text === undefined || defaults.text.endsWith('\n') || defaults.text === '' ? (defaults.text ?? '') : `${defaults.text}\n`;
    const named = home === `/var/lib/${brand}` || defaults.home === home ? '' : `export TOOL_HOME='${home}'\n`;
    const text = `${before}export TOOL_SYSTEM_USER=${user}\n${named}`;
    steps.push({ kind: 'write', why: `run commands as ${user}`, path: defaults.path, mode: 0o644, text, check: ['bash', '-n'] });
  }
  if (!facts.hasKeys) steps.push({ kind: 'make-keys', why: `keep the keys of those who come by SSH as ${user}`, user });
  return steps;
}

/** The rule by which people become the system user, and what sudo lets through. */
export function sudoersText({ user, group, command, nodeFolder }: ServerFacts): string {
  const folders = new Set(['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', nodeFolder]);
  return `${WRITTEN_BY}
Defaults!${command} env_reset, secure_path="${[...folders].join(':')}"
%${group.name} ALL=(${user}) NOPASSWD:NOSETENV: ${command}
`;
}

function planSudoers(facts: ServerFacts): Step[] {
  const { sudoers, group, user } = facts;
  const text = sudoersText(facts);
  // A rule that somebody wrote by hand stays.
  if (sudoers.text === text || (sudoers.text !== undefined && !sudoers.text.startsWith(WRITTEN_BY))) return [];
  return [{ kind: 'write', why: `let the group ${group.name} become ${user}`, path: sudoers.path, mode: 0o440, text, check: ['visudo', '-q', '-c', '-f'] }];
}

/** What of the facts stops a set-up. */
function refuseWhatIsInTheWay({
  user,
  account,
  above,
  hasSudo,
  hasUserTools,
  defaults,
  home,
  command,
  code,
  running,
  state,
  packageProblem,
  packagePath,
}: ServerFacts) {
  const refused = (message: string, hint: string) => new UserError('server-not-ready', message, { hint });
  if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(user))
    throw refused(`"${user}" is not a valid name for a system user`, 'it is small letters, digits, hyphens and underscores');
  if (account?.uid === 0) throw refused(`${user} is root itself`, 'name another user with --user');
  if (defaults.user !== '' && defaults.user !== user)
    throw refused(`${defaults.path} names ${defaults.user} as the system user`, `change it there, or leave --user out`);
  if (!hasSudo) throw refused('sudo is not on PATH, and people become the system user by it', 'install sudo');
  if (!account && !hasUserTools) throw refused('useradd and groupadd are not on PATH', `make the user ${user} yourself`);
  if (/[\s,:=\\"'!#%]/.test(command)) throw refused(`sudoers cannot name ${command}`, 'install it at a path without spaces and signs');
  if (/['\n\s]/.test(home)) throw refused(`A server's home has no spaces or quotes in its path: ${home}`, 'name another in TOOL_HOME');
  if (packageProblem !== '') throw refused(`${packagePath} ${packageProblem}, and root runs what it holds`, 'install it as root, with make install');
  const [outer] = above;
  if (outer)
    throw refused(
      `The home ${home} stands below ${outer.path}, which ${outer.why}`,
      'a home for a server stands where root alone can change things, as in /var/lib',
    );
  const odd = state.find(({ isDirectory }) => !isDirectory);
  if (odd) throw refused(`${odd.path} is not a directory`, 'check where it leads, then remove it');
  const link = code.find(({ isLink }) => isLink);
  if (link) throw refused(`${link.path} is a link that ${link.why}`, 'look where it leads, then put there what belongs there, or nothing');
  if (code.length > 0 && running.length > 0) {
    throw refused(`Processes of ${user} run (${running.slice(0, 5).join(', ')}), and may hold files open that are to be root's`, 'end them, then try again');
  }
}
