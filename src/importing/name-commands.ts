import { isNamedByWord } from '../home/names.ts';
import { harmlessLine } from '../system/harmless.ts';
import type { ImportedCommand, NotBrought } from './import-plan.ts';

/** More commands than anybody reads; each becomes a file. */
const MOST_COMMANDS = 2000;
/** As a file system takes a name. */
const LONGEST_NAME = 200;

/** A command as its origin calls it. */
export interface Candidate extends ImportedCommand {
  /** What it is there, for who is told that it is not brought: `backup.sh`. */
  readonly origin: string;
}

/** The commands among candidates that can be called by a word, the first of each name, and the others with the reason. */
export function nameCommands(candidates: readonly Candidate[]): { commands: ImportedCommand[]; left: NotBrought[] } {
  const commands = new Map<string, ImportedCommand>();
  const origins = new Map<string, string>();
  const left: NotBrought[] = [];
  for (const { origin, ...command } of candidates) {
    const reason =
      whyNoCommand(command.name) ?? whyNotAsked(command) ?? taken(origins.get(command.name)) ?? (commands.size >= MOST_COMMANDS ? TOO_MANY : undefined);
    if (reason === undefined) {
      commands.set(command.name, command);
      origins.set(command.name, origin);
    } else left.push({ what: harmlessLine(origin), reason });
  }
  return { commands: [...commands.values()], left: summedUp(left) };
}

const TOO_MANY = `is beyond the first ${MOST_COMMANDS}`;
const taken = (by: string | undefined): string | undefined => (by === undefined ? undefined : `has the name of ${harmlessLine(by)}`);

function whyNoCommand(name: string): string | undefined {
  if (name.length > LONGEST_NAME) return `has a name longer than ${LONGEST_NAME} characters`;
  if (!isNamedByWord(name)) return 'has a name that cannot be typed as a command; use letters, digits, dots, hyphens, underscores and colons';
  return name.startsWith('.') ? 'is hidden' : undefined;
}

/** A runner is asked for a command by its name alone. */
const whyNotAsked = ({ name, run: { runner } }: ImportedCommand): string | undefined =>
  runner !== undefined && name.startsWith('-') ? `would be taken for a flag by ${runner}` : undefined;

/** How many things of one reason are named. */
const NAMED = 20;

/** A line for what is left for one reason, where there are many. */
export function summedUp(left: readonly NotBrought[]): NotBrought[] {
  const counts = new Map<string, number>();
  for (const { reason } of left) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const met = new Map<string, number>();
  return left.flatMap(({ what, reason }) => {
    const count = counts.get(reason) ?? 0;
    const number = (met.get(reason) ?? 0) + 1;
    met.set(reason, number);
    if (number < NAMED || count <= NAMED) return [{ what, reason }];
    return number === NAMED ? [{ what: `${what} and ${count - NAMED} more`, reason }] : [];
  });
}
