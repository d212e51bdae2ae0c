import { isTable } from '../config/toml.ts';
import { harmlessLine } from '../system/harmless.ts';

/** What `[commands.NAME]` of plugin.toml says of a command; empty where it says nothing. */
export interface ManifestCommand {
  readonly summary: string;
  readonly usage: readonly string[];
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly args: readonly (readonly [name: string, text: string])[];
  readonly flags: readonly (readonly [flags: string, text: string])[];
  readonly examples: readonly string[];
  readonly statuses: readonly (readonly [status: string, text: string])[];
  /** Whether the program answers `--help` itself; undefined where it is to be found out. */
  readonly ownHelp: boolean | undefined;
}

const NOTHING: ManifestCommand = { summary: '', usage: [], description: [], args: [], flags: [], examples: [], statuses: [], ownHelp: undefined };

/** Reads a value, or gives undefined where it is of another kind. */
type Reader = (value: unknown) => Partial<ManifestCommand> | undefined;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value.trim() : undefined);
const texts = (value: unknown): string[] | undefined => {
  const all = typeof value === 'string' ? [value] : value;
  return Array.isArray(all) && all.every((one) => typeof one === 'string') ? all.map((one: string) => one.trimEnd()) : undefined;
};
const pairs = (value: unknown): [string, string][] | undefined =>
  isTable(value) && Object.values(value).every((one) => typeof one === 'string')
    ? Object.entries(value).map(([key, one]) => [key, String(one).trim()])
    : undefined;

/** The keys of a command: what each has to be, and how it is read. */
const KEYS: Readonly<Record<string, readonly [kind: string, read: Reader]>> = {
  summary: ['a text', (value) => wrapped('summary', text(value)?.replaceAll(/\s+/g, ' '))],
  usage: ['a text or a list of texts', (value) => wrapped('usage', texts(value))],
  description: [
    'a text or a list of texts, one a paragraph',
    (value) =>
      wrapped(
        'description',
        texts(value)?.flatMap((one) => one.split(/\n{2,}/)),
      ),
  ],
  args: ['a table of texts', (value) => wrapped('args', pairs(value))],
  flags: ['a table of texts', (value) => wrapped('flags', pairs(value))],
  examples: ['a text or a list of texts', (value) => wrapped('examples', texts(value))],
  statuses: ['a table of texts', (value) => wrapped('statuses', pairs(value))],
  own_help: ['true or false', (value) => (typeof value === 'boolean' ? { ownHelp: value } : undefined)],
};

const wrapped = <Key extends keyof ManifestCommand>(key: Key, value: ManifestCommand[Key] | undefined): Partial<ManifestCommand> | undefined =>
  value === undefined ? undefined : ({ [key]: value } as Partial<ManifestCommand>);

/**
 * Reads `[commands]` of plugin.toml.
 * @param table the value, of any kind
 * @param file plugin.toml, for the messages
 * @returns the commands by the names of their files, and a line for each thing that is not understood; a list goes on with its next row
 */
export function manifestCommands(
  table: unknown,
  file: string,
): { readonly commands: ReadonlyMap<string, ManifestCommand>; readonly ignored: readonly string[] } {
  const commands = new Map<string, ManifestCommand>();
  const ignored: string[] = [];
  if (table !== undefined && !isTable(table)) ignored.push(`${file}: commands is not a table; write it like [commands.NAME]`);
  for (const [name, said] of isTable(table) ? Object.entries(table) : []) {
    const place = `${file}: [commands.${harmlessLine(name)}]`;
    if (!isTable(said)) {
      ignored.push(`${place} is not a table; write it like [commands.${harmlessLine(name)}] and summary = "…" below`);
      continue;
    }
    let command = NOTHING;
    for (const [key, value] of Object.entries(said)) {
      const [kind, read] = Object.hasOwn(KEYS, key) ? (KEYS[key] ?? []) : [];
      const found = read?.(value);
      if (found !== undefined) command = { ...command, ...found };
      else if (kind === undefined) ignored.push(`${place} has no key ${harmlessLine(key)}; there are ${Object.keys(KEYS).join(', ')}`);
      else ignored.push(`${place}: ${key} is not ${kind}; it is ignored`);
    }
    commands.set(name, command);
  }
  return { commands, ignored };
}
