import { resolve } from 'node:path';
import type { ResolvedAddon } from '../../addons/resolve-spec.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { resolvedSpec, warnOfForced } from './resolved-spec.ts';

/** Resolves the add-ons of a spec to exact versions and packages, and prints the spec with them. */
export async function run(context: CommandContext<'addon:resolve'>): Promise<Outcome> {
  const { options, warn } = context;
  const { hostVersion, text, addons } = await resolvedSpec(context.args[0], context);
  warnOfForced(addons, warn);
  for (const { addon, from } of addons)
    if (from === 'unknown') warn(`Nothing is known of ${addon}, and it is left as it is; --supported tells what is in the host`);
  const data = { hostVersion, addons, spec: text };
  if (options.output !== undefined) {
    (await import('./write-spec.ts')).writeSpec(resolve(options.output), text);
    if (!options.explain) return { data, lines: () => [{ info: `${options.output} written` }] };
  }
  const { columns } = options.explain ? await import('../../terminal/columns.ts') : {};
  return { data, lines: () => (columns ? columns(explained(addons)) : [text.replace(/\r?\n$/, '')]) };
}

/** A row for each choice, under titles. */
function explained(addons: readonly ResolvedAddon[]): string[][] {
  const rows = addons.map(({ addon, asked, version, from, passedOver }) => {
    const [first, ...more] = passedOver;
    const why = first === undefined ? '' : `${first.version} ${first.why}${more.length > 0 ? `, and ${more.length} more do not suit` : ''}`;
    return [addon, asked, version, from, why];
  });
  return [['ADDON', 'ASKED', 'VERSION', 'FROM', 'PASSED OVER'], ...rows];
}
