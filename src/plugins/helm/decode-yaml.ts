import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap, type Node as YamlNode } from 'yaml';

/**
 * What a value of YAML is decoded to, as Go's decoder for Helm's manifests does it: the type that it names in its messages, and the value of what is left out.
 */
export interface Shape<T> {
  readonly type: string;
  readonly zero: T;
  /** @param node neither null nor an alias */
  decode(node: YamlNode, world: DecodeWorld): T;
}

export interface DecodeWorld {
  /** The line that a node begins in, from 1 on. */
  lineOf(node: YamlNode): number;
  /** What an alias stands for; undefined where that is nothing. */
  resolve(alias: Alias): YamlNode | undefined;
  /** Notes what is wrong; decoding goes on with the zero value. */
  wrong(line: number, text: string): void;
  /** Whether keys that a structure does not have are wrong. */
  readonly isStrict: boolean;
}

/** Decodes a node, or gives the zero value where there is nothing. */
export function decode<T>(shape: Shape<T>, node: unknown, world: DecodeWorld): T {
  if (node === null || node === undefined) return shape.zero;
  const value = isAlias(node) ? world.resolve(node) : (node as YamlNode);
  if (value === undefined) return shape.zero;
  return isScalar(value) && isNull(value.source, value.type) ? shape.zero : shape.decode(value, world);
}

const isNull = (source: string | undefined, type: string | undefined): boolean =>
  (type === 'PLAIN' && /^(null|Null|NULL|~)?$/.test(source ?? '')) || (type === undefined && (source ?? '') === '');

/** A scalar of any kind, as it is written: `1.10` stays that. */
export const text: Shape<string> = {
  type: 'string',
  zero: '',
  decode: (node, world) => (isScalar(node) ? sourceOf(node) : refuse(node, text, world)),
};

/** With the words of YAML 1.1, which Go's decoder takes for a boolean field. */
export const bool: Shape<boolean> = {
  type: 'bool',
  zero: false,
  decode(node, world) {
    const word = isScalar(node) ? sourceOf(node) : '';
    if (/^(true|True|TRUE|yes|Yes|YES|on|On|ON|y|Y)$/.test(word)) return true;
    if (/^(false|False|FALSE|no|No|NO|off|Off|OFF|n|N)$/.test(word)) return false;
    return refuse(node, bool, world);
  },
};

/** @param type as Go calls it @param most the highest value */
export const count = (type: string, most: number): Shape<number> => {
  const shape: Shape<number> = {
    type,
    zero: 0,
    decode(node, world) {
      const word = isScalar(node) && node.type === 'PLAIN' ? sourceOf(node).replaceAll('_', '') : '';
      const value = /^\d+$/.test(word) ? Number(word) : Number.NaN;
      return value <= most ? value : refuse(node, shape, world);
    },
  };
  return shape;
};

export const listOf = <T>(of: Shape<T>): Shape<readonly T[]> => {
  const shape: Shape<readonly T[]> = {
    type: `[]${of.type}`,
    zero: [],
    decode: (node, world) => (isSeq(node) ? node.items.map((item) => decode(of, item, world)) : refuse(node, shape, world)),
  };
  return shape;
};

export const mapOf = <T>(of: Shape<T>): Shape<ReadonlyMap<string, T>> => {
  const shape: Shape<ReadonlyMap<string, T>> = {
    type: `map[string]${of.type}`,
    zero: new Map(),
    decode: (node, world) =>
      isMap(node) ? new Map(pairsOf(node, world).map(({ key, value }) => [key, decode(of, value, world)])) : refuse(node, shape, world),
  };
  return shape;
};

/** Any mapping, undecoded; undefined where there is none. */
export const anyMap: Shape<YAMLMap | undefined> = {
  type: 'map[string]interface {}',
  zero: undefined,
  decode: (node, world) => (isMap(node) ? node : refuse(node, anyMap, world)),
};

/** @param type as Go calls it */
export const struct = <T extends object>(type: string, fields: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T> => {
  const of = (pairs: ReadonlyMap<string, unknown>, world: DecodeWorld): T =>
    Object.fromEntries(
      Object.entries<Shape<unknown>>(fields).map(([name, field]) => [name, pairs.has(name) ? decode(field, pairs.get(name), world) : field.zero]),
    ) as T;
  const shape: Shape<T> = {
    type,
    get zero() {
      return of(new Map(), { lineOf: () => 0, resolve: () => undefined, wrong: () => {}, isStrict: false });
    },
    decode(node, world) {
      if (!isMap(node)) return refuse(node, shape, world);
      const pairs = pairsOf(node, world);
      for (const { key, line } of pairs) if (world.isStrict && !Object.hasOwn(fields, key)) world.wrong(line, `field ${key} not found in type ${type}`);
      return of(new Map(pairs.map(({ key, value }) => [key, value])), world);
    },
  };
  return shape;
};

/** The pairs of a mapping, each key once; one that stands twice is wrong in every form (contract helm §1.1). */
function pairsOf(map: YAMLMap, world: DecodeWorld): { readonly key: string; readonly line: number; readonly value: unknown }[] {
  const lines = new Map<string, number>();
  return (map.items as Pair<YamlNode, unknown>[]).flatMap(({ key: node, value }) => {
    const line = world.lineOf(node);
    const key = isScalar(node) ? sourceOf(node) : '';
    const before = lines.get(key);
    if (before !== undefined) {
      world.wrong(line, `mapping key ${JSON.stringify(key)} already defined at line ${before}`);
      return [];
    }
    lines.set(key, line);
    return [{ key, line, value }];
  });
}

function refuse<T>(node: YamlNode, { type, zero }: Shape<T>, world: DecodeWorld): T {
  world.wrong(world.lineOf(node), `cannot unmarshal ${toldOf(node)} into ${type}`);
  return zero;
}

const LONGEST = 10;

/** A value as Go's decoder tells of it: a long one is cut. */
function toldOf(node: YamlNode): string {
  if (isMap(node)) return '!!map';
  if (isSeq(node)) return '!!seq';
  if (!isScalar(node)) return '!!str';
  const source = sourceOf(node);
  const shown = source.length > LONGEST ? `${source.slice(0, LONGEST - 3)}...` : source;
  return `${tagOf(source, node.type)} \`${shown}\``;
}

function tagOf(source: string, type: string | undefined): string {
  if (type !== 'PLAIN') return '!!str';
  if (/^(true|True|TRUE|false|False|FALSE)$/.test(source)) return '!!bool';
  if (/^[-+]?(\d+|0x[\da-fA-F]+|0o[0-7]+)$/.test(source)) return '!!int';
  return /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(source) ? '!!float' : '!!str';
}

const sourceOf = (node: { readonly source?: string; readonly value: unknown }): string => node.source ?? String(node.value ?? '');
