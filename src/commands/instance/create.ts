import { UserError } from '../../errors.ts';
import { withProviderLock } from '../../providers/definition/provider-folders.ts';
import { type Provider, providerIfThere, readProvider } from '../../providers/definition/record.ts';
import { writeActionCommands } from '../../providers/instances/action-commands.ts';
import { keepInstance } from '../../providers/instances/change-instance.ts';
import { instanceIfThere, refuseBadName } from '../../providers/instances/instance.ts';
import { newInstance } from '../../providers/instances/new-instance.ts';
import { shownParams } from '../../providers/params/param.ts';
import { readParams } from '../../providers/params/read-words.ts';
import { type ProviderPaths, providerPaths } from '../../providers/paths.ts';
import { servingNow } from '../../providers/supervisor/control-client.ts';
import { Inventory } from '../../providers/supervisor/inventory.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { somethingAt } from '../../system/links.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { installProvider, providerText } from '../provider/install-provider.ts';
import { carriedBy } from '../provider/place.ts';
import { haveInstances, refuseBadParams, stateLine } from './change.ts';

type Context = CommandContext<'instance:create'>;

/** Creates an instance, and has the supervisor start it where one runs. */
export async function run(context: Context): Promise<Outcome> {
  const {
    layout,
    env,
    args: [name],
    options,
    warn,
  } = context;
  refuseNested(env);
  refuseBadName(name);
  const paths = providerPaths(layout.home);
  refuseTaken(paths, name);
  const provider = await providerFor(context, paths);
  const known = new Inventory(paths).known(provider.name);
  const params = readParams(options.param ?? [], options.paramsFile, known);
  await refuseBadParams(name, provider, params, known);
  const instance = newInstance(name, provider.name, params, {
    description: options.description ?? '',
    environment: environmentOf(options.env),
    wanted: options.noStart !== true,
  });
  const data = { ...instance, params: shownParams(params, known) };
  if (options.dryRun) return { data: { ...data, changed: false }, lines: () => [`would create ${name}, an instance of ${provider.name}`] };
  await withProviderLock(paths, warn, () => {
    // Somebody else may have been sooner.
    refuseTaken(paths, name);
    keepInstance(paths, instance);
    writeActionCommands(paths, name, provider.definition);
  });
  if (somethingAt(`${layout.enabled}/${name}`)) warn(`A plugin is called ${name}, so the actions of the instance are commands under action:run alone`);
  const isServed = instance.wanted && servingNow(paths) !== undefined;
  const [status] = isServed ? await haveInstances('start', [name], { paths, layout }) : [];
  return {
    data: { ...data, changed: true, state: status?.state ?? 'stopped' },
    lines: () => [
      { info: `Instance ${name} created` },
      ...(status ? [stateLine(status)] : instance.wanted ? [{ info: `It runs once \`${layout.brand} serve\` does` }] : []),
    ],
  };
}

function refuseTaken(paths: ProviderPaths, name: string): void {
  if (instanceIfThere(paths, name)) throw new UserError('instance-exists', `There is an instance ${name}`, { hint: `change it with instance:set ${name}` });
}

/** The provider of a line; one that a plugin carries is installed for it, unless a remote user asks. */
async function providerFor({ layout, env, options: { provider, dryRun }, progress, warn }: Context, paths: ProviderPaths): Promise<Provider> {
  if (provider === undefined) throw new UserError('missing-flag', '--provider is missing', { hint: 'name the provider: --provider NAME' });
  const source = providerIfThere(paths, provider) || dryRun ? undefined : carriedBy(layout, provider);
  if (source === undefined) return readProvider(paths, provider);
  if (env.TOOL_STDIN_ONLY) (await import('../refuse-files.ts')).refuseProviders();
  const installed = await installProvider(layout, env, { source, mayReplace: false, isDry: false }, warn);
  progress({ info: `Provider ${providerText(installed)} installed` });
  return readProvider(paths, installed.name);
}

function environmentOf(names: readonly string[] = []): readonly string[] {
  const bad = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (bad !== undefined) throw new UserError('bad-value', `--env takes the name of a variable, not "${bad}"`);
  return names;
}
