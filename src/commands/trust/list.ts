import { listedKeys } from '../../provenance/listed-keys.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';

const HEADER = ['KEY', 'FOR', 'STATE', 'NAME'];

/** Lists the keys that a home trusts. */
export async function run({ layout }: CommandContext<'trust:list'>): Promise<Outcome> {
  const keys = await listedKeys(layout.home);
  const data = keys.map(({ repository, ...rest }) => ({ ...rest, repository: repository ?? null }));
  if (keys.length === 0) return { data, lines: () => [{ info: `No trusted keys; \`${layout.brand} trust:add KEYFILE\` adds one` }] };
  const lines = keys.map(({ key, names, repository, state }) => [key, repository ?? 'all', state, names.join(', ') || '-']);
  return { data, lines: () => columns([HEADER, ...lines]) };
}
