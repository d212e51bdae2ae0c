import { getLocation, type Node } from '@bgotink/kdl';
import { declarationFault } from '../declaration-fault.ts';

type Value = string | number | boolean | null;

/**
 * The fields of a node of a declaration: its properties, and the nodes between its braces, which say the same. Whoever reads one notes the fields that it
 * knows; `refuseRest` then refuses the others, so that nothing is passed over.
 */
export class NodeFields {
  readonly node: Node;
  readonly #lineAt: (line: number) => number;
  readonly #known = new Set<string>();

  /** @param lineAt what line of the file a line of the declaration is */
  constructor(node: Node, lineAt: (line: number) => number) {
    this.node = node;
    this.#lineAt = lineAt;
  }

  get name(): string {
    return this.node.getName();
  }

  /** What stands behind the name, each a text. */
  words(): string[] {
    return this.node.getArguments().map((value) => this.#text(value as Value, this.name));
  }

  /** The one word behind the name. @throws UserError where there is another number of them, or none */
  word(): string {
    const words = this.words();
    if (words.length !== 1) throw this.fault(this.name, `takes one word in quotes, and ${words.length} are given`);
    return words[0] as string;
  }

  /** The word behind the name, and what it is for where that stands behind it. @throws UserError where there is another number of words */
  wordAndHelp(): readonly [word: string, help: string | undefined] {
    const [word, help, third] = this.words();
    if (word === undefined || third !== undefined) throw this.fault(this.name, 'takes one word in quotes, and may have its help behind it');
    return [word, help];
  }

  /** The nodes of a name between its braces. */
  children(name: string): NodeFields[] {
    this.#known.add(name);
    return (this.node.children?.nodes ?? []).filter((node) => node.getName() === name).map((node) => new NodeFields(node, this.#lineAt));
  }

  /** Fields that say nothing of what is read here, and may stand. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#known.add(name);
  }

  /** A field with any number of texts; none where it is not there. */
  texts(name: string): string[] {
    return this.#values(name).map((value) => this.#text(value, name));
  }

  text(name: string): string | undefined {
    return this.texts(name)[0];
  }

  /** The lines of a text, without blank ones around them. */
  lines(name: string): string[] {
    const text = this.text(name)?.trim() ?? '';
    return text === '' ? [] : text.split('\n').map((line) => line.trimEnd());
  }

  flag(name: string): boolean {
    const values = this.#values(name);
    const value = values[0] ?? false;
    if (typeof value !== 'boolean') throw this.fault(`${name}=${String(value)}`, 'must be #true or #false');
    return value;
  }

  number(name: string): number | undefined {
    const value = this.#values(name)[0];
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw this.fault(`${name}=${String(value)}`, 'must be a whole number');
    return value;
  }

  /** Refuses a field that nobody has read. */
  refuseRest(): void {
    for (const property of this.node.getProperties().keys()) this.#refuse(property);
    for (const child of this.node.children?.nodes ?? []) this.#refuse(child.getName(), child);
  }

  fault(token: string, message: string, node: Node = this.node): Error {
    return declarationFault(this.#lineAt(getLocation(node)?.start.line ?? 1), token, message);
  }

  #refuse(name: string, node = this.node): void {
    if (!this.#known.has(name)) throw this.fault(name, `of ${this.name} is not supported here; docs/arguments.md lists what is`, node);
  }

  #values(name: string): Value[] {
    this.#known.add(name);
    const property = this.node.getProperty(name) as Value | undefined;
    const nodes = (this.node.children?.nodes ?? []).filter((node) => node.getName() === name);
    for (const node of nodes) {
      // `default { "a"; "b" }` has its values as the names of nodes.
      if (name === 'default' && node.getArguments().length === 0 && node.children?.nodes.every((child) => child.entries.length === 0)) continue;
      const extra = [...node.getProperties().keys(), ...(node.children?.nodes.map((child) => child.getName()) ?? [])][0];
      if (extra !== undefined) throw this.fault(extra, `of ${name} is not supported here`, node);
      if (node.getArguments().length === 0) throw this.fault(name, 'has no value', node);
    }
    return [...(property === undefined ? [] : [property]), ...nodes.flatMap((node) => valuesOf(node))];
  }

  #text(value: Value, name: string): string {
    if (value === null) throw this.fault(name, 'has no value');
    const text = typeof value === 'string' ? value : String(value);
    if (text.includes('\0')) throw this.fault(name, 'has a NUL in it, which no variable can hold');
    return text;
  }
}

const valuesOf = (node: Node): Value[] =>
  node.getArguments().length > 0 ? (node.getArguments() as Value[]) : (node.children?.nodes ?? []).map((child) => child.getName());
