import { isUserError, UserError } from '../../errors.ts';
import { checkProgram } from '../../providers/definition/check-program.ts';
import { providerNames, readProvider } from '../../providers/definition/record.ts';
import { providerPaths } from '../../providers/paths.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Checks the programs of providers against the checksums that they were installed with. */
export async function run({ layout, args }: CommandContext<'provider:verify'>): Promise<Outcome> {
  const paths = providerPaths(layout.home);
  const providers = (args.length === 0 ? providerNames(paths) : args).map((name) => readProvider(paths, name));
  const data = await Promise.all(
    providers.map(async (provider) => {
      const { name, sha256 } = provider;
      try {
        await checkProgram(provider);
        return { name, sha256, good: true, problem: null };
      } catch (error) {
        if (!isUserError(error)) throw error;
        return { name, sha256, good: false, problem: error.message };
      }
    }),
  );
  const bad = data.filter(({ good }) => !good);
  const failure =
    bad.length === 0
      ? undefined
      : new UserError('provider-changed', `Not what was installed: ${bad.map(({ name }) => name).join(', ')}`, { hint: 'see the reasons above' });
  return { data, lines: () => data.map(({ name, good, problem }) => (good ? `${name} is what was installed` : { warning: problem ?? name })), failure };
}
