import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../../system/small-file.ts';
import { isJsonObject, type JsonObject } from '../definition/json-fields.ts';
import type { KnownParams } from './param.ts';

/**
 * Reads parameters from a command line: those of a file, and `name=value` words, which go first. A value is read as YAML, so `3` is a number and `[a, b]` a list; where its schema
 * wants a text, it is one.
 * @param file a file of JSON or YAML, `-` for standard input
 * @throws UserError for what cannot be read
 */
export function readParams(words: readonly string[], file: string | undefined, known: KnownParams): Record<string, unknown> {
  const given = words.map((word): [string, unknown] => {
    const equals = word.indexOf('=');
    if (equals <= 0) throw new UserError('bad-value', `--param takes NAME=VALUE, not "${harmlessLine(word)}"`);
    const name = word.slice(0, equals);
    return [name, readValue(name, word.slice(equals + 1), known)];
  });
  return { ...(file === undefined ? {} : readFile(file)), ...Object.fromEntries(given) };
}

function readValue(name: string, text: string, known: KnownParams): unknown {
  if (known.get(name)?.schema?.type === 'string') return text;
  try {
    return parse(text, { logLevel: 'error' }) ?? (text === '' ? '' : null);
  } catch {
    throw new UserError('bad-value', `The value of --param ${harmlessLine(name)} is no YAML`, {
      hint: `put quotation marks around a text: --param '${harmlessLine(name)}="…"'`,
    });
  }
}

/** A map of JSON or YAML. @throws UserError */
export function readFile(file: string): JsonObject {
  const shown = file === '-' ? 'Standard input' : harmlessLine(file);
  let value: unknown;
  try {
    value = parse(file === '-' ? readFileSync(0, 'utf8') : readSmallFile(file, SETTINGS_BYTES), { logLevel: 'error' });
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('YAML')) throw new UserError('bad-value', `${shown} is neither JSON nor YAML`, { hint: 'correct it' });
    throw new UserError('unreadable-file', `${shown} ${whyUnread(error)}`, { hint: 'check the path' });
  }
  if (!isJsonObject(value ?? {})) throw new UserError('bad-value', `${shown} holds no map`, { hint: 'write it like {"name": "value"}' });
  return (value ?? {}) as JsonObject;
}
