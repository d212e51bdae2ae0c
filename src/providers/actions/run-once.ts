import { UserError } from '../../errors.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { Supervisor, type SupervisorOptions } from '../supervisor/supervisor.ts';
import { type ActionRequest, type ActionResult, runAction } from './actions.ts';

/**
 * Runs an action without a supervisor: starts an instance that has it, asks it, and stops it.
 * @throws UserError where it cannot be started
 */
export async function runOnce(options: Omit<SupervisorOptions, 'isOneShot' | 'endpoint' | 'onNote'>, request: ActionRequest): Promise<ActionResult> {
  const supervisor = new Supervisor({ ...options, isOneShot: true, onNote: () => {} });
  try {
    const { command, model, plugin } = request;
    const found = supervisor.inventory
      .instances()
      .filter(({ name }) => plugin === '' || name === plugin)
      .find(({ provider }) =>
        supervisor.inventory
          .providers()
          .some((one) => one.name === provider && one.definition.actions.some((action) => action.command === command && action.model === model)),
      );
    if (found !== undefined) {
      const one = supervisor.known(found.name);
      await one.start();
      const { state, errors } = one.status;
      if (state !== 'running')
        throw new UserError('instance-failed', `${found.name} could not be started: ${errors.join('; ')}`, {
          hint: `see its log with instance:logs ${found.name}`,
        });
    }
    return await runAction(supervisor.actionWorld(), request);
  } finally {
    await supervisor.stopAll();
    removeTree(supervisor.run.path);
  }
}
