import { planPackage } from '../../addons/plan-packages.ts';
import type { ResolvedAddon } from '../../addons/resolve-spec.ts';
import type { SpecFile } from '../../addons/spec-file.ts';
import { chosenVariables, configDigest, specVariables, variablesText } from '../../addons/spec-variables.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { plural } from '../../system/word-list.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { placePackages, stepFacts } from './place-packages.ts';
import { type LeftOut, planFacts, planLines } from './plan-lines.ts';
import { resolvedSpec, warnOfForced } from './resolved-spec.ts';

/** Resolves a spec and installs the packages of its add-ons, in its order. What stands as the spec has it is left. */
export async function run(context: CommandContext<'addon:apply'>): Promise<Outcome> {
  const { layout, env, options, warn, progress } = context;
  refuseNested(env);
  const { spec, hostVersion, addons } = await resolvedSpec(context.args[0], context);
  warnOfForced(addons, warn);
  const role = options.join ? 'join' : 'install';
  const values = spec.values();
  const packaged = addons.flatMap((one, index) => (one.s3Override === undefined ? [] : [{ ...one, url: one.s3Override, key: spec.addons[index]?.key ?? '' }]));
  const steps = await Promise.all(
    packaged.map(({ addon: name, version, url, sha256, from, key }) => {
      const repository = from === 'external' && options.registry === undefined ? name : undefined;
      return planPackage(layout, { name, version, url, sha256, repository, config: configDigest(values, key) }, role);
    }),
  );
  const left = addons.filter(({ s3Override }) => s3Override === undefined).map(leftOut);
  const plan = { hostVersion, left };
  if (options.dryRun) return { data: { ...plan, addons: planFacts(steps) }, lines: () => planLines(steps, left) };
  for (const line of planLines(steps, left)) progress(line);
  const variables = variablesOf(spec, addons, hostVersion, (place) => warn(`${place} is not told to add-ons: its variable would mean something else`));
  const { done, failure } = await placePackages(context, { steps, variablesOf: () => `${variables}ADDON_ROLE=${role}\n` });
  const changed = done.filter(({ action }) => action === 'install' || action === 'update').length;
  const text = changed === 0 ? 'Nothing to change' : `${plural(changed, 'add-on')} applied`;
  return { data: { ...plan, addons: done.map(stepFacts) }, lines: () => (failure ? [] : [{ info: text }]), failure };
}

const leftOut = ({ addon, version, from }: ResolvedAddon): LeftOut => ({
  addon,
  version,
  why: from === 'internal' ? 'comes with the host' : 'is not known',
});

/** What all add-ons are told: what the spec says, and what was chosen. */
function variablesOf(spec: SpecFile, addons: readonly ResolvedAddon[], hostVersion: string, refused: (place: string) => void): string {
  const chosen = addons.flatMap(({ addon, version, s3Override }) => chosenVariables(addon, version, s3Override));
  return variablesText(new Map([...specVariables(spec.values(), refused), ['KURL_VERSION', hostVersion], ...chosen]));
}
