import { harmlessLine } from '../../system/harmless.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import type { Problem } from '../release.ts';
import { addressProblem, digitsOf, fileAddressProblem, sha256Problem } from './address.ts';
import type { YamlDocument, YamlMap, YamlValue } from './yaml.ts';

/** Characters of an entry's own words in a message, and those that are looked at for secrets. */
const SHOWN = 80;
const LOOKED_AT = 2000;

/** An entry's own words in a message: without secrets, on one line, and not without end. */
export const shown = (text: string): string => `"${shownText(text)}"`;

function shownText(text: string): string {
  const line = withoutSecrets(harmlessLine(text.slice(0, LOOKED_AT)));
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}

/** What is found wrong with one entry. There are as many as there are entries, so each is small while nothing is. */
export class EntryReport {
  /** Set once the entry is known by it. */
  name = '';
  /** Whether the entry is left out. */
  isRefused = false;
  readonly #where: string | number;
  readonly #document: YamlDocument;
  readonly #map: YamlMap | undefined;
  #problems: Problem[] | undefined;

  /** @param where a path, or the number of an entry of a Botkube index, from 0 */
  constructor(where: string | number, document: YamlDocument, map?: YamlMap) {
    this.#where = where;
    this.#document = document;
    this.#map = map;
  }

  get problems(): readonly Problem[] {
    return this.#problems ?? [];
  }

  /** Something for which the entry is left out. @param map the part that it is in */
  refuse(text: string, remedy?: string, map?: YamlMap): void {
    this.isRefused = true;
    this.#add(text, remedy, map, true);
  }

  /** Something that its author should know. @param rule the kind of fault, where it is told apart */
  remark(text: string, remedy?: string, map?: YamlMap, rule?: string): void {
    this.#add(text, remedy, map, false, rule);
  }

  /** What was read of it. */
  get map(): YamlMap | undefined {
    return this.#map;
  }

  /**
   * Where it is, for messages.
   * @param holding a text, like an address: the line is that of the part which has it
   */
  place(holding?: string): Pick<Problem, 'where' | 'name' | 'line'> {
    const parts = holding === undefined || !this.#map ? [] : partsHolding(this.#map, holding);
    // Lines of what is deep within are not known.
    return this.#placeOf(parts.find((part) => this.#document.lineOf(part) !== undefined));
  }

  #placeOf(map: YamlMap | undefined): Pick<Problem, 'where' | 'name' | 'line'> {
    const line = (map && this.#document.lineOf(map)) ?? (this.#map && this.#document.lineOf(this.#map));
    const where = typeof this.#where === 'number' ? `entries[${this.#where}]` : this.#where;
    return { where, name: shownText(this.name) || undefined, line };
  }

  #add(text: string, remedy: string | undefined, map: YamlMap | undefined, disables: boolean, rule?: string): void {
    this.#problems ??= [];
    this.#problems.push({ ...this.#placeOf(map), text, remedy, ...(rule === undefined ? {} : { rule }), disables });
  }
}

/** The mapping within an entry that has a text as one of its values, and those around it, outwards; none where nothing has it. */
export function partsHolding(map: YamlMap, text: string): YamlMap[] {
  const values = Object.values(map).flatMap((value) => (Array.isArray(value) ? (value as readonly YamlValue[]) : [value]));
  if (values.includes(text)) return [map];
  for (const value of values) {
    const found = isMap(value) ? partsHolding(value, text) : [];
    if (found.length > 0) return [...found, map];
  }
  return [];
}

export const isMap = (value: YamlValue | undefined): value is YamlMap => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether nothing is said: in YAML `key:`, `key: ~` and `key: null` are alike. */
const isNothing = (value: YamlValue | undefined): boolean => value === undefined || value === null || value === '' || value === '~' || value === 'null';

/** The fields of one mapping of an entry. What has another shape is reported by its path: `urls[0].platform.os`. */
export class Fields {
  readonly map: YamlMap;
  readonly entry: EntryReport;
  readonly #parent: Fields | undefined;
  readonly #key: string;
  readonly #index: number | undefined;

  /** @param parent where it is, at `key`, and there at `index` of a list */
  constructor(map: YamlMap, entry: EntryReport, parent?: Fields, key = '', index?: number) {
    this.map = map;
    this.entry = entry;
    this.#parent = parent;
    this.#key = key;
    this.#index = index;
  }

  /** Where it is in its entry: `urls[0].platform`. */
  get path(): string {
    const key = this.#index === undefined ? this.#key : `${this.#key}[${this.#index}]`;
    return this.#parent ? this.#parent.pathOf(key) : key;
  }

  has(key: string): boolean {
    return !isNothing(this.map[key]);
  }

  pathOf(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  /** Text as written; empty where there is none. */
  text(key: string): string {
    const value = this.map[key];
    if (isNothing(value)) return '';
    if (typeof value === 'string') return value;
    this.entry.refuse(`field ${this.pathOf(key)} is no text`, undefined, this.map);
    return '';
  }

  /** Text fit to be shown in one line. */
  line(key: string): string {
    return harmlessLine(this.text(key));
  }

  /** The same, undefined where there is none. */
  optionalLine(key: string): string | undefined {
    return this.line(key) || undefined;
  }

  /** Text that has to be there. @returns empty where it is not, which is reported */
  required(key: string, remedy?: string): string {
    const text = this.text(key);
    if (text === '' && !isMap(this.map[key]) && !Array.isArray(this.map[key])) this.entry.refuse(`field ${this.pathOf(key)} cannot be empty`, remedy, this.map);
    return text;
  }

  /** Undefined where nothing is said. */
  flag(key: string): boolean | undefined {
    const text = this.text(key);
    if (text === '') return undefined;
    if (/^(true|yes|on)$/i.test(text)) return true;
    if (!/^(false|no|off)$/i.test(text)) this.entry.refuse(`field ${this.pathOf(key)} is neither true nor false`, undefined, this.map);
    return false;
  }

  /** Undefined where nothing is said. */
  count(key: string): number | undefined {
    const text = this.text(key);
    if (text === '') return undefined;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    this.entry.refuse(`field ${this.pathOf(key)} is no whole number`, undefined, this.map);
    return undefined;
  }

  /** An http address; undefined where there is none, or none that can be asked, which is reported. */
  address(key: string, problemOf = addressProblem): string | undefined {
    const address = this.text(key);
    const problem = address === '' ? undefined : problemOf(address);
    if (problem) this.entry.refuse(`field ${this.pathOf(key)} ${shown(address)} ${problem}`, undefined, this.map);
    return problem ? undefined : address || undefined;
  }

  /** The same of a file to fetch, which a plugin's getter may do. */
  fileAddress(key: string): string | undefined {
    return this.address(key, fileAddressProblem);
  }

  /** Undefined where there is none, or none that can be right, which is reported. */
  sha256(key: string): string | undefined {
    const text = this.text(key);
    if (text === '') return undefined;
    const digits = digitsOf(text);
    const problem = sha256Problem(digits);
    if (problem === undefined) return digits;
    this.entry.refuse(`field ${this.pathOf(key)} ${problem}`, 'take what `sha256sum` prints for the file', this.map);
    return undefined;
  }

  /** The fields of a mapping within; undefined where there is none. */
  fields(key: string): Fields | undefined {
    const value = this.map[key];
    if (isMap(value)) return new Fields(value, this.entry, this, key);
    if (!isNothing(value)) this.entry.refuse(`field ${this.pathOf(key)} is no mapping`, undefined, this.map);
    return undefined;
  }

  /** A list of mappings; undefined where there is no list. */
  list(key: string): Fields[] | undefined {
    const value = this.map[key];
    if (!Array.isArray(value)) {
      if (!isNothing(value)) this.entry.refuse(`field ${this.pathOf(key)} is no list`, undefined, this.map);
      return undefined;
    }
    const items: Fields[] = [];
    value.forEach((item: YamlValue, index) => {
      if (isMap(item)) items.push(new Fields(item, this.entry, this, key, index));
      else this.entry.refuse(`field ${this.pathOf(key)}[${index}] is no mapping`, undefined, this.map);
    });
    return items;
  }

  /** A list of texts; undefined where there is no list. */
  texts(key: string): string[] | undefined {
    const value = this.map[key];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    if (!isNothing(value)) this.entry.refuse(`field ${this.pathOf(key)} is no list of texts`, undefined, this.map);
    return undefined;
  }
}
