import { isTable, parseToml } from '../config/toml.ts';
import { isUserError } from '../errors.ts';

/** What the comments `#MISE key=value` of a file task say; each value is TOML. */
export function miseHeader(head: string): Readonly<Record<string, unknown>> {
  const said: Record<string, unknown> = Object.create(null);
  for (const line of head.split(/\r?\n/)) {
    const toml = /^\s*(?:#|\/\/|--|;|::)\s?\[?(?:MISE|mise)\]?\s+(\S.*)$/.exec(line)?.[1];
    if (toml === undefined) continue;
    try {
      Object.assign(said, parseToml(toml, 'a task'));
    } catch (error) {
      if (!isUserError(error)) throw error;
    }
  }
  return said;
}

/** A value as a text, or a list of texts; nothing for anything else. */
export const textsOf = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

/** Variables that a task sets, those with a template apart. */
export function variablesOf(value: unknown): { readonly set: Record<string, string>; readonly templates: string[] } {
  const set: Record<string, string> = {};
  const templates: string[] = [];
  for (const [name, one] of isTable(value) ? Object.entries(value) : []) {
    // The command itself uses the one.
    if (!/^[A-Za-z_]\w*$/.test(name) || name === 'tool_root' || !['string', 'number', 'boolean'].includes(typeof one)) continue;
    if (String(one).includes('{{')) templates.push(name);
    else set[name] = String(one);
  }
  return { set, templates };
}
