import { applyStep } from '../../server/apply-step.ts';
import { planSetup, type Step } from '../../server/plan-setup.ts';
import { gatherServerFacts } from '../../server/server-facts.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { refuseUnlessRoot } from './refuse-unless-root.ts';

/** `server:setup`: makes what a server lacks, step by step, each printed before it is done. */
export async function run({ layout, env, options, progress }: CommandContext<'server:setup'>): Promise<Outcome> {
  refuseUnlessRoot('server:setup');
  // What is made is for others to read, whatever root's own umask is.
  process.umask(0o022);
  const facts = gatherServerFacts(layout, env, options.user ?? '');
  const steps = planSetup(facts);
  for (const step of steps) {
    progress(describe(step));
    if (!options.dryRun) applyStep(step, facts);
  }
  const { user, home } = facts;
  const left = facts.led.filter(({ isInside }) => !isInside);
  return {
    data: { user, home, applied: !options.dryRun, steps },
    lines: () => [
      ...(steps.length === 0 ? [`Nothing is left to do: commands run as ${user} in ${home}`] : []),
      ...left.map(({ path, why }) => `Not changed: ${path} ${why}; install that plugin anew, without --link`),
    ],
  };
}

/** A step as a line: what it is for, and what it does. */
function describe(step: Step): string {
  return `${step.why}: ${deed(step)}`;
}

function deed(step: Step): string {
  switch (step.kind) {
    case 'run':
      return step.argv.join(' ');
    case 'write':
      return `write ${step.path}\n${step.text.replaceAll(/^(?=.)/gm, '    ').trimEnd()}`;
    case 'take-code':
      return `give ${step.path} to root, not to be written by others`;
    case 'forget':
      return `remove ${step.path}, which is made anew`;
    case 'give-state':
      return `give what is root's of ${step.path} to ${step.user}`;
    case 'prepare':
      return `prepare ${step.home}`;
    case 'make-keys':
      return `make ~${step.user}/.ssh/authorized_keys`;
    default:
      step satisfies never;
      throw new Error('a step of no kind');
  }
}
