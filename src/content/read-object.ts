import { LineCounter, parseDocument, visit } from 'yaml';
import { harmlessLine } from '../system/harmless.ts';
import type { PackObject } from './pack.ts';

/** What a file holds, or why it cannot be used, behind its name. */
export type ReadObject = { readonly value: PackObject; readonly warnings: readonly Told[] } | Told;

/** Something about a file, and the line that it is about. */
export interface Told {
  readonly line?: number | undefined;
  readonly text: string;
}

/** Plain words that are text to readers of YAML 1.2, and true, false or an octal number to those of YAML 1.1, as hosts in Go are. */
const AMBIGUOUS = /^(?:y|yes|n|no|on|off|[-+]?0[0-7_]+)$/i;
/** Aliases can make a small text a large value. */
const MOST_ALIASES = 100;

/** Reads an object that is written as YAML or as JSON: a map, in which each key stands once. */
export const readObject = (text: string, form: 'yaml' | 'json'): ReadObject => (form === 'json' ? readJson(text) : readYaml(text));

function readYaml(text: string): ReadObject {
  const lines = new LineCounter();
  const lineOf = (offset: number | undefined): number | undefined => (offset === undefined ? undefined : lines.linePos(offset).line);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: 'silent' });
  const [error] = document.errors;
  if (error) return { line: lineOf(error.pos[0]), text: harmlessLine(error.message) };
  const warnings: Told[] = [];
  let inexact: Told | undefined;
  visit(document, {
    Scalar: (_, { type, source = '', value, range }) => {
      const line = lineOf(range?.[0]);
      if (type === 'PLAIN' && AMBIGUOUS.test(source))
        warnings.push({ line, text: `${source} is a text to some readers of YAML, and not to others: put it in quotation marks, or write true or false` });
      if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(source)) inexact ??= { line, text: tooLarge(source) };
    },
  });
  if (inexact) return inexact;
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return isMap(value) ? { value, warnings } : { line: 1, text: 'is no map of fields' };
  } catch (reason) {
    return { text: harmlessLine((reason as Error).message) };
  }
}

function readJson(text: string): ReadObject {
  const numbers = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\b\d{16,}\b(?![.eE])/g) ?? [];
  const inexact = numbers.find((one) => !Number.isSafeInteger(Number(one)));
  if (inexact !== undefined) return { text: tooLarge(inexact) };
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? { value, warnings: [] } : { line: 1, text: 'is no map of fields' };
  } catch (reason) {
    return { text: harmlessLine((reason as Error).message) };
  }
}

const tooLarge = (number: string): string => `${number} is larger than numbers are kept exactly: write it as a text`;

export const isMap = (value: unknown): value is PackObject => typeof value === 'object' && value !== null && !Array.isArray(value);
