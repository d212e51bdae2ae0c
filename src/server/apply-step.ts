import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asksForDokkusSet } from '../config/core-setting.ts';
import { eventSettings as events } from '../config/event-settings.ts';
import { writeAllConfigExports } from '../config/exports.ts';
import { launchersFront as front } from '../config/front-door.ts';
import { helmProgram } from '../config/helm-setting.ts';
import { UserError } from '../errors.ts';
import { prepareEnvironment } from '../home/prepare.ts';
import { askProgram } from '../system/child.ts';
import { type Account, asAccount, findAccount } from './accounts.ts';
import { giveState, takeCode, takeTop } from './owners.ts';
import type { Step } from './plan-setup.ts';
import type { ServerFacts } from './server-facts.ts';

/**
 * Does one step of a set-up.
 * @throws UserError with what the program said
 */
export function applyStep(step: Step, { brand, home, packagePath, build }: ServerFacts): void {
  switch (step.kind) {
    case 'run':
      run(step.argv);
      return;
    case 'write':
      write(step);
      return;
    case 'take-code': {
      const { gid } = account(step.group);
      (step.path === home ? takeTop : takeCode)(step.path, gid);
      return;
    }
    case 'forget':
      // Root's by now, with all that is above it.
      rmSync(step.path, { recursive: true, force: true });
      return;
    case 'give-state': {
      const { uid, gid } = account(step.user);
      giveState(step.path, uid, gid);
      return;
    }
    case 'prepare':
      prepareEnvironment(
        { brand, home: step.home, packagePath, build, systemUser: step.user },
        { asksForDokkusSet, front, helmProgram, events, writeExports: writeAllConfigExports },
      );
      return;
    case 'make-keys': {
      const owner = account(step.user);
      for (const argv of keyCommands(owner)) run(asAccount(owner, argv));
      return;
    }
    default:
      step satisfies never;
  }
}

function account(name: string): Account {
  const found = findAccount(name);
  if (!found) throw new UserError('no-such-user', `The user ${name} is not there`, { hint: 'make it, or name another with --user' });
  return found;
}

function run([program = '', ...argv]: readonly string[]): void {
  const { status, stderr } = askProgram(program, argv);
  const [reason] = stderr.trim().split('\n');
  if (status !== 0) throw new UserError('step-failed', `\`${[program, ...argv].join(' ')}\` failed${reason ? `: ${reason}` : ''}`);
}

/** A file whole or not at all, and only when what reads it takes it. The dot keeps sudo from reading one that is not yet whole. */
function write({ path, mode, text, check }: Step & { kind: 'write' }): void {
  const temporary = join(dirname(path), `.${basename(path)}.new`);
  rmSync(temporary, { force: true });
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode });
    chmodSync(temporary, mode);
    run([...check, temporary]);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The folder of keys and their file, for their owner alone. */
const keyCommands = ({ home }: Pick<Account, 'home'>): string[][] => {
  const folder = join(home, '.ssh');
  const file = join(folder, 'authorized_keys');
  return [
    ['mkdir', '-p', '-m', '700', '--', folder],
    ['touch', '--', file],
    ['chmod', '600', '--', file],
  ];
};
