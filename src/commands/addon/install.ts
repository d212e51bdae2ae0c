import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseVersion } from '../../addons/choose-version.ts';
import { addonDirectory, planPackage } from '../../addons/plan-packages.ts';
import { chosenVariables, variablesText } from '../../addons/spec-variables.ts';
import { errnoOf, UserError } from '../../errors.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { offeredBy, offersFor } from './offered.ts';
import { placePackages, stepFacts } from './place-packages.ts';
import { planFacts, planLines } from './plan-lines.ts';
import { warnOfForced } from './resolved-spec.ts';

/** Installs one add-on, or another version of it. What a spec said of it stays as it was. */
export async function run(context: CommandContext<'addon:install'>): Promise<Outcome> {
  const { layout, env, args, options, warn } = context;
  refuseNested(env);
  const { name, wish } = wishOf(args[0]);
  const { hostVersion, offers } = await offeredBy(context);
  const { offer, forced } = chooseVersion(wish, offersFor(name, offers), env.DOKKU_APPS_FORCE_DELETE === '1');
  if (offer.url === undefined) {
    throw new UserError('addon-without-package', `${name} ${offer.version} comes with the host and has no package of its own`, {
      hint: `addon:versions ${name} lists which versions are external`,
    });
  }
  warnOfForced([{ addon: name, version: offer.version, forced }], warn);
  const { version, url, sha256 } = offer;
  const role = options.join ? 'join' : 'install';
  const repository = options.registry === undefined ? name : undefined;
  const step = await planPackage(layout, { name, version, url, sha256, repository }, role);
  if (options.dryRun) return { data: { hostVersion, addons: planFacts([step]) }, lines: () => planLines([step]) };
  const variables = new Map([['KURL_VERSION', hostVersion], ...chosenVariables(name, version, url)]);
  const variablesOf = (): string => `${keptVariables(addonDirectory(layout, name))}${variablesText(variables)}ADDON_ROLE=${role}\n`;
  const { done } = await placePackages(context, { steps: [step], variablesOf });
  const [{ action = 'unchanged' } = {}] = done;
  return {
    data: { hostVersion, addons: done.map(stepFacts) },
    lines: () => (action === 'install' || action === 'update' ? [{ info: `Add-on ${name} ${version} installed` }] : []),
  };
}

/** `NAME`, `NAME@VERSION`. @throws UserError bad-value */
function wishOf(word: string): { readonly name: string; readonly wish: string } {
  const [name = '', wish = 'latest', ...more] = word.split('@');
  if (name !== '' && wish !== '' && more.length === 0) return { name, wish };
  throw new UserError('bad-value', `"${harmlessLine(word)}" is no name of an add-on with a version behind it`, {
    hint: 'write it like kotsadm or kotsadm@1.85.0',
  });
}

/** What the add-on that stands was told, which a later assignment goes over. */
function keptVariables(directory: string): string {
  try {
    return readFileSync(join(directory, 'spec-variables'), 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}
