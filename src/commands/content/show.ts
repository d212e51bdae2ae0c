import { UserError } from '../../errors.ts';
import { providerNames, readProvider } from '../../providers/definition/record.ts';
import { providerPaths } from '../../providers/paths.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { hintFor } from '../../system/name-hint.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Shows an object that a provider brings, as it is written there. */
export async function run({ layout, args: [type, name] }: CommandContext<'content:show'>): Promise<Outcome> {
  const paths = providerPaths(layout.home);
  const all = providerNames(paths).flatMap((provider) => readProvider(paths, provider).content.objects.map((object) => ({ provider, ...object })));
  const found = all.find((object) => object.type === type && object.name === name);
  if (!found) {
    const hint = hintFor(
      name,
      all.filter((object) => object.type === type).map((object) => object.name),
      'see those there are with content:list',
    );
    throw new UserError('no-such-content', `No provider brings ${harmlessLine(`${type}/${name}`)}`, hint);
  }
  return { data: found, lines: () => [`# from the provider ${found.provider}`, ...JSON.stringify(found.value, null, 2).split('\n')] };
}
