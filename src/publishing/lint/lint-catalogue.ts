import type { Draft } from '../../catalogue/formats/drafts.ts';
import { shown } from '../../catalogue/formats/fields.ts';
import type { Catalogue, Problem } from '../../catalogue/release.ts';
import { inByteOrder } from '../../home/names.ts';
import { checkSchema } from '../schemas.ts';
import { ENTRY_RULES } from './entry-rules.ts';
import { type EntryRule, error, type Finding, findingOf, remark } from './finding.ts';
import { groupFindings } from './group-rules.ts';
import { krewRule } from './krew-rules.ts';

/** An index that was read, with all of its entries. */
export interface ReadIndex {
  readonly catalogue: Catalogue;
  /** Those that are left out as well. */
  readonly entries: readonly Draft[];
  /** The file that it is, where it is one manifest of krew's: it has to be called like the plugin. */
  readonly manifestFile?: string | undefined;
}

/**
 * All that is wrong with an index, as far as its text tells: what an install, Botkube and krew refuse, and what they leave out. By entry, then by line.
 * @param isTaken whether a name is a core plugin's
 */
export async function lintCatalogue({ catalogue, entries, manifestFile }: ReadIndex, isTaken: (name: string) => boolean): Promise<Finding[]> {
  const rules = [...ENTRY_RULES, krewRule(manifestFile), takenName(isTaken)];
  const ours = entries.flatMap((entry) => rules.flatMap((rule) => [...rule(entry, catalogue.format)].map((said) => findingOf(said, entry))));
  const none = entries.length === 0 && catalogue.problems.length === 0 ? [EMPTY] : [];
  const schemas = (await Promise.all(entries.map(schemaFindings))).flat();
  return inOrder([...ours, ...schemas, ...groupFindings(entries, catalogue.format), ...catalogue.problems.map(findingOfProblem), ...none]);
}

/** What is wrong with the schemas of an entry that stand in the index; those elsewhere are not fetched. */
async function schemaFindings(entry: Draft): Promise<Finding[]> {
  const { configSchema, requestSchema } = entry.release;
  const findings: Finding[] = [];
  for (const value of [configSchema?.value, requestSchema?.value]) {
    if (value === undefined) continue;
    const { faults, remark: unchecked } = await checkSchema(value);
    if (faults.length > 0) findings.push(findingOf(error('schema', `it has no valid JSON schema: ${faults.join('; ')}`, 'mend the schema', value), entry));
    if (unchecked !== undefined) findings.push(findingOf(remark('schema', unchecked, 'name a draft that Botkube knows, draft-07', value), entry));
  }
  return findings;
}

const takenName =
  (isTaken: (name: string) => boolean): EntryRule =>
  ({ release: { name } }) =>
    isTaken(name) ? [remark('core-name', `${shown(name)} is the name of a core plugin, so whoever installs it has to give another`, 'rename it')] : [];

const EMPTY: Finding = { rule: 'empty', level: 'error', where: 'entries', text: 'there are no entries', remedy: 'add one for each version of a plugin' };

/** What an install can do without, and krew or everybody's machine cannot. */
const GRAVE: ReadonlySet<string> = new Set(['platform', 'krew-description']);

/** What keeps an entry from being read is the format's matter, where nothing more is said. */
function findingOfProblem({ disables, rule = 'format', ...problem }: Problem): Finding {
  return { rule, level: disables || GRAVE.has(rule) ? 'error' : 'remark', ...problem };
}

/** As the entries stand in the index, each by its lines. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const placeOf = ({ where }: Finding): [list: string, number: number] => {
    const [, list = where, number = '-1'] = /^(.*)\[(\d+)\]$/.exec(where) ?? [];
    return [list, Number(number)];
  };
  return findings.toSorted((a, b) => {
    const [[listA, numberA], [listB, numberB]] = [placeOf(a), placeOf(b)];
    return inByteOrder(listA, listB) || numberA - numberB || (a.line ?? 0) - (b.line ?? 0);
  });
}
