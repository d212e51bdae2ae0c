import type { ErrorCode } from '../error-codes/table.ts';
import { isPlainWord } from '../system/shell-quote.ts';
import { inWords } from '../system/word-list.ts';
import { argName, type Declared, type DeclaredArg, type DeclaredFlag, flagName } from './declared.ts';

/** What a command line gives to each parameter. */
export interface Bound {
  /** By the flag: the values of all its uses, and how often it was given; `on` is false behind its negation. */
  readonly flags: ReadonlyMap<DeclaredFlag, BoundFlag>;
  readonly args: ReadonlyMap<DeclaredArg, readonly string[]>;
  /** Words behind the last argument, where they are taken. */
  readonly further: readonly string[];
}

interface BoundFlag {
  readonly values: readonly string[];
  readonly count: number;
  readonly on: boolean;
  /** Whether a later flag took its place: it has no value then, not even its default. */
  readonly overridden?: boolean;
}

/** What is wrong with a command line. */
export interface Fault {
  readonly code: ErrorCode;
  readonly fault: string;
  /** What may have been meant, from among these. */
  readonly typed?: string;
  readonly known?: readonly string[];
}

/** A command line that asks for something else. */
export interface Asked {
  readonly asked: 'help' | 'version';
}

const NUMBER = /^-(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads the words of a command line, and says which parameter each belongs to. Nothing is checked but that there is a place for each. */
export function bind(declared: Declared, words: readonly string[]): Bound | Fault | Asked {
  return new Binder(declared).bind(words);
}

class Binder {
  readonly #declared: Declared;
  readonly #flags = new Map<DeclaredFlag, BoundFlag>();
  readonly #args = new Map<DeclaredArg, string[]>();
  readonly #further: string[] = [];
  readonly #bySpelling = new Map<string, { readonly flag: DeclaredFlag; readonly on: boolean }>();
  /** The argument that gets the next word. */
  #place = 0;
  #ended = false;
  #words: readonly string[] = [];
  /** The first word that is not read yet. */
  #at = 0;

  constructor(declared: Declared) {
    this.#declared = declared;
    for (const flag of declared.flags) {
      for (const spelling of flag.spellings) this.#bySpelling.set(spelling, { flag, on: true });
      for (const spelling of flag.negations) this.#bySpelling.set(spelling, { flag, on: false });
    }
  }

  bind(words: readonly string[]): Bound | Fault | Asked {
    this.#words = words;
    while (this.#at < words.length) {
      const word = this.#next();
      const stop = this.#read(word);
      if (stop !== undefined) return stop;
    }
    return { flags: this.#flags, args: this.#args, further: this.#further };
  }

  #next(): string {
    const word = this.#words[this.#at] ?? '';
    this.#at += 1;
    return word;
  }

  #read(word: string): Fault | Asked | undefined {
    if (this.#ended) return this.#argument(word);
    if (word === '--') return this.#separator();
    if (!this.#isFlagLike(word)) return this.#argument(word);
    const equals = word.indexOf('=');
    const spelling = equals < 0 ? word : word.slice(0, equals);
    const found = this.#bySpelling.get(spelling);
    // `-n=3` of a short one that takes no value is not its.
    if (found !== undefined) return this.#use(found, spelling, equals < 0 ? undefined : word.slice(equals + 1));
    if (!word.startsWith('--')) {
      const cluster = this.#cluster(word);
      if (cluster !== 'unknown') return cluster;
    }
    if (spelling === '--help' || word === '-h') return { asked: 'help' };
    if (this.#declared.version !== undefined && (word === '--version' || word === '-V')) return { asked: 'version' };
    if (this.#declared.unknownFlagsAreWords) return this.#argument(word);
    return { code: 'unknown-flag', fault: `${spelling} is not one of its flags`, typed: spelling, known: this.#knownFlags() };
  }

  /** Whether a word can only be a flag: a lone dash and numbers are values, unless a digit is a flag. */
  #isFlagLike(word: string): boolean {
    return word.startsWith('-') && word !== '-' && (!NUMBER.test(word) || this.#bySpelling.has(word.slice(0, 2)));
  }

  #knownFlags(): string[] {
    const shown = this.#declared.flags.filter(({ hidden }) => !hidden);
    return [
      ...shown.flatMap(({ spellings, negations, hiddenSpellings }) => [...spellings.filter((text) => !hiddenSpellings.includes(text)), ...negations]),
      '--help',
    ];
  }

  /** `-abc`, or `-ofile`: every letter has to be a flag, and the first that takes a value takes what is left. */
  #cluster(word: string): Fault | Asked | undefined | 'unknown' {
    const letters = [...word.slice(1)];
    const uses: { spelling: string; value: string | undefined }[] = [];
    for (const [index, letter] of letters.entries()) {
      const spelling = `-${letter}`;
      const found = this.#bySpelling.get(spelling);
      if (found === undefined) return 'unknown';
      const rest = letters.slice(index + 1).join('');
      if (found.flag.values.length > 0 && rest !== '') {
        uses.push({ spelling, value: rest.replace(/^=/, '') });
        break;
      }
      uses.push({ spelling, value: undefined });
    }
    for (const { spelling, value } of uses) {
      const stop = this.#use(this.#bySpelling.get(spelling) as { flag: DeclaredFlag; on: boolean }, spelling, value);
      if (stop !== undefined) return stop;
    }
    return undefined;
  }

  #use({ flag, on }: { flag: DeclaredFlag; on: boolean }, spelling: string, attached: string | undefined): Fault | undefined {
    const given = this.#flags.get(flag);
    const before = given?.overridden ? undefined : given;
    if (before !== undefined && flag.again === 'refused' && !flag.counts) return { code: 'bad-value', fault: `${flagName(flag)} may be given once` };
    if (flag.each === undefined) {
      if (attached !== undefined) return { code: 'bad-value', fault: `${spelling} takes no value` };
      this.#flags.set(flag, { values: [], count: on ? (before?.count ?? 0) + 1 : 0, on });
      this.#override(flag);
      return undefined;
    }
    const values = attached === undefined ? this.#detached(flag) : [attached];
    // What is attached is the first; where there may be more, they follow.
    if (attached !== undefined) values.push(...this.#detached(flag, 1));
    const split = flag.delimiter === undefined ? values : values.flatMap((value) => value.split(flag.delimiter as string));
    if (values.length < flag.each.min) return { code: 'missing-argument', fault: `${spelling} needs ${valuesOf(flag)}` };
    this.#flags.set(flag, { values: flag.again === 'added' ? [...(before?.values ?? []), ...split] : split, count: (before?.count ?? 0) + 1, on: true });
    this.#override(flag);
    return undefined;
  }

  /** The words behind a flag that are its values. */
  #detached(flag: DeclaredFlag, already = 0): string[] {
    const values: string[] = [];
    const { max, min } = { min: (flag.each?.min ?? 0) - already, max: (flag.each?.max ?? 0) - already };
    while (values.length < max && this.#at < this.#words.length && (flag.takesRest || !this.#stops(flag, values.length < min))) values.push(this.#next());
    return values;
  }

  /** Whether the next word is no value of a flag. */
  #stops(flag: DeclaredFlag, isNeeded = true): boolean {
    const next = this.#words[this.#at] ?? '';
    return (next === '--' || this.#isFlagLike(next)) && !(flag.takesDashes && isNeeded);
  }

  /** Of two flags that override each other the later counts. */
  #override(flag: DeclaredFlag): void {
    for (const [other] of this.#flags) {
      if (other === flag) continue;
      const isNamed = (a: DeclaredFlag, b: DeclaredFlag): boolean => a.relations.overrides.some((name) => b.spellings.includes(name));
      if (isNamed(flag, other) || isNamed(other, flag)) this.#flags.set(other, { values: [], count: 0, on: false, overridden: true });
    }
  }

  #separator(): Fault | undefined {
    const current = this.#declared.args[this.#place];
    if (current?.doubleDash === 'preserve') return this.#argument('--');
    this.#ended = true;
    const behind = this.#declared.args.findIndex(({ doubleDash }) => doubleDash === 'required');
    if (behind >= 0) this.#place = behind;
    return undefined;
  }

  #argument(word: string): Fault | undefined {
    let arg = this.#declared.args[this.#place];
    while (arg !== undefined && (this.#args.get(arg)?.length ?? 0) >= (arg.several?.max ?? 1)) {
      this.#place += 1;
      arg = this.#declared.args[this.#place];
    }
    if (arg === undefined) {
      if (!this.#declared.takesFurtherWords) return { code: 'too-many-arguments', fault: `${quoted(word)} is one word too many` };
      this.#further.push(word);
      return undefined;
    }
    if (arg.doubleDash === 'required' && !this.#ended)
      return { code: 'bad-value', fault: `${argName(arg)} has to stand behind --, and ${quoted(word)} does not` };
    const values = arg.delimiter === undefined ? [word] : word.split(arg.delimiter);
    const given = this.#args.get(arg);
    if (given === undefined) this.#args.set(arg, values);
    else given.push(...values);
    if (arg.doubleDash === 'automatic') this.#ended = true;
    return undefined;
  }
}

/** A word as it is shown in a message: as it is where it is plain. */
export const quoted = (word: string): string => (isPlainWord(word) ? word : `"${word}"`);

/** `a value: low or high`, `<start> and <end>`. */
function valuesOf({ values, choices }: DeclaredFlag): string {
  const given = choices?.values ?? [];
  if (given.length > 0) return `a value: ${listed(given)}`;
  return values.map((name) => `<${name}>`).join(' and ');
}

/** `a`, `a or b`, `a, b or c`; the first of many. */
export function listed(words: readonly string[]): string {
  return words.length > 12 ? `${words.slice(0, 12).join(', ')} or another` : inWords(words, 'or');
}
