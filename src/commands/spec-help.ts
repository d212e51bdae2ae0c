import type { CommandHelp } from '../help/command-help.ts';
import { withCommonStatuses } from '../help/common-statuses.ts';
import type { CommandSpec } from './command-spec.ts';
import { flagsOf } from './specs.ts';

/** With more flags of its own than these, a synopsis does not name them. */
const FEW_FLAGS = 2;

/** A command of Node as help shows it. */
export function helpOfSpec(spec: CommandSpec): CommandHelp {
  return {
    word: spec.name,
    usage: [usageOf(spec)],
    summary: spec.summary,
    description: [
      ...(spec.description === undefined ? [] : [spec.description]),
      ...(spec.goFlags ? ['Its flags may have one dash in front instead of two.'] : []),
    ],
    args: [],
    flags: flagsOf(spec).map(([flags, text]) => ({ flags, text })),
    examples: spec.examples,
    statuses: withCommonStatuses(Object.entries(spec.statuses ?? {}).map(([status, text]) => ({ status, text }))),
  };
}

/** How it is called, in one line: `plugin:rollback <name> [--to <generation>] [--dry-run]`. The flags that every command has are left out. */
export function usageOf({ name, args = '', options = [], synopsis }: CommandSpec): string {
  if (synopsis !== undefined) return `${name} ${synopsis}`;
  const places = args.split(' ').filter((place) => place !== '');
  const flags = options.length > FEW_FLAGS ? ['[<flags>]'] : options.map(([flag]) => (flag.endsWith('...') ? `[${flag.slice(0, -3)}]...` : `[${flag}]`));
  return [name, ...places.map(placeText), ...flags].join(' ');
}

/** `[names...]` of a spec as a synopsis has it: `[<names>...]`. */
function placeText(place: string): string {
  const name = `<${place.replaceAll(/^[[<]|(\.\.\.)?[\]>]$/g, '')}>${place.includes('...') ? '...' : ''}`;
  return place.startsWith('[') ? `[${name}]` : name;
}
