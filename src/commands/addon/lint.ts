import { UserError } from '../../errors.ts';
import { lintAddon } from '../../publishing/addons/lint-addon.ts';
import { withAddon } from '../../publishing/addons/open-addon.ts';
import { plural } from '../../system/word-list.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { findingLine } from './finding-line.ts';

/** Tells all that is wrong with an add-on. Status 1 for an error, with --strict for a remark too. */
export async function run({ args: [word], options }: CommandContext<'addon:lint'>): Promise<Outcome> {
  return withAddon(word, options, async (addon) => {
    const findings = await lintAddon(addon);
    const errors = findings.filter(({ level }) => level === 'error').length;
    const remarks = findings.length - errors;
    const isBad = errors > 0 || (options.strict === true && remarks > 0);
    const summary = `${addon.name} ${addon.version}: ${plural(errors, 'error')}, ${plural(remarks, 'remark')}`;
    return {
      data: { name: addon.name, version: addon.version, errors, remarks, findings },
      lines: () => [...findings.map(findingLine), ...(isBad ? [] : [{ info: summary }])],
      ...(isBad ? { failure: new UserError('addon-has-errors', summary) } : {}),
    };
  });
}
