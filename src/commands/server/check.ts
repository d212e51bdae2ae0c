import { join } from 'node:path';
import { asAccount } from '../../server/accounts.ts';
import { findProblems } from '../../server/find-problems.ts';
import { readKeyLines } from '../../server/key-lines.ts';
import { gatherServerFacts } from '../../server/server-facts.ts';
import { askProgram } from '../../system/child.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { refuseUnlessRoot } from './refuse-unless-root.ts';

/** `server:check`: what is missing of a server, or too open; 1 when there is anything. */
export async function run({ layout, env }: CommandContext<'server:check'>): Promise<Outcome> {
  refuseUnlessRoot('server:check');
  const facts = gatherServerFacts(layout, env, '');
  const { account } = facts;
  const keys = account && facts.hasKeys ? said(asAccount(account, ['cat', '--', join(account.home, '.ssh/authorized_keys')])) : undefined;
  const sshd = said(['/usr/sbin/sshd', '-T', '-C', `user=${facts.user},host=localhost,addr=127.0.0.1`]);
  const problems = findProblems(facts, {
    keys: keys === undefined ? undefined : readKeyLines(keys),
    acceptEnv: sshd?.split('\n').flatMap((line) => /^acceptenv (.+)$/i.exec(line)?.[1]?.split(' ') ?? []),
  });
  return {
    data: { user: facts.user, home: facts.home, problems },
    lines: () =>
      problems.length === 0
        ? [`All is well: commands run as ${facts.user} in ${facts.home}`]
        : problems.map(({ what, problem, remedy }) => `${what} ${problem}; ${remedy}`),
    status: problems.length === 0 ? 0 : 1,
  };
}

/** What a program says; undefined when it cannot be asked. */
function said([program = '', ...argv]: readonly string[]): string | undefined {
  const { status, stdout } = askProgram(program, argv);
  return status === 0 ? stdout : undefined;
}
