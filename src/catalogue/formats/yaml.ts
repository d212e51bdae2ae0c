import type { EventType, LoadOptions, State } from 'js-yaml';
import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';

/** What an index is made of. Every scalar is text, as written: `1.10` is no number, and `no` is no boolean. */
export type YamlValue = string | null | readonly YamlValue[] | YamlMap;
export interface YamlMap {
  readonly [key: string]: YamlValue;
}

export interface YamlDocument {
  readonly value: YamlValue;
  /** The line that a mapping begins in; undefined for one that is deep within. */
  lineOf(map: YamlMap): number | undefined;
}

/** Characters of an index; an entry with four platforms is about a thousand. */
export const INDEX_CHARACTERS = 32 << 20;

/** How deep an index may be nested, several times what any format needs. */
const DEPTH = 24;
/** How deep mappings are whose lines are remembered: those of entries, and of the parts of an entry in an index that is not large. */
const DEPTH_OF_ENTRIES = 3;
const DEPTH_OF_PARTS = 5;
const LARGE_CHARACTERS = 1 << 20;
/** Characters of what js-yaml says is wrong, which may repeat a part of the text. */
const LONGEST_REASON = 200;

/** Why a text is no index. */
export interface YamlProblem {
  readonly line: number | undefined;
  readonly text: string;
  readonly remedy: string;
}

/**
 * Reads one YAML document, or JSON. Anchors, aliases and merge keys are refused, as are tags and keys that stand twice: they are no part of any index, and a
 * document made of aliases grows without end when it is walked.
 */
export async function parseYaml(text: string): Promise<YamlDocument | YamlProblem> {
  if (text.length > INDEX_CHARACTERS) return problem(undefined, `is larger than ${INDEX_CHARACTERS >> 20} MiB`);
  if (/^\s*</.test(text)) return { line: 1, text: 'looks like HTML, a page for people', remedy: 'give the address of the index file itself' };
  const { FAILSAFE_SCHEMA, load, YAMLException } = await import('js-yaml');
  const lines = new Map<unknown, number>();
  const options: LoadOptions & { maxDepth: number } = {
    schema: FAILSAFE_SCHEMA,
    maxDepth: DEPTH,
    listener: watch(lines, text.length > LARGE_CHARACTERS ? DEPTH_OF_ENTRIES : DEPTH_OF_PARTS),
  };
  try {
    return { value: load(text, options) as YamlValue, lineOf: (map) => lines.get(map) };
  } catch (error) {
    if (error instanceof Refused) return problem(error.line, error.message);
    if (error instanceof YAMLException) return problem(error.mark ? error.mark.line + 1 : undefined, error.reason);
    throw error;
  }
}

/**
 * The same for who has nothing to do without it.
 * @param origin where the text is from, for messages
 * @throws UserError with origin, line and what is wrong
 */
export async function readYaml(text: string, origin: string): Promise<YamlDocument> {
  const read = await parseYaml(text);
  if ('value' in read) return read;
  throw new UserError('bad-index', `${origin}${read.line === undefined ? '' : `:${read.line}`}: ${read.text}`, { hint: read.remedy });
}

const problem = (line: number | undefined, reason: string): YamlProblem => ({
  line,
  text: harmlessLine(reason.slice(0, LONGEST_REASON)),
  remedy: 'tell whoever publishes it',
});

/** Ends the reading of a document that has what an index may not have. */
class Refused extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** What js-yaml keeps of the node that it is at, beside what its types tell. */
interface Node extends State {
  readonly depth: number;
  readonly anchor: string | null;
}

/** Refuses what an index may not have, and notes where mappings begin that are not too deep. */
function watch(lines: Map<unknown, number>, deepest: number): (event: EventType, state: State) => void {
  const starts: number[] = [];
  return (event, state) => {
    const { depth, anchor, line, kind, result } = state as Node;
    if (event === 'open') {
      starts[depth] = line + 1;
      return;
    }
    const start = starts[depth] ?? 0;
    if (anchor !== null) throw new Refused('anchors and aliases (& and *) are refused in an index', start);
    if (kind !== 'mapping' || result === null) return;
    if (Object.hasOwn(result, '<<')) throw new Refused('merge keys (<<) are refused in an index', start);
    if (depth <= deepest) lines.set(result, start);
  };
}
