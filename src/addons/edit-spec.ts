import type { SpecAddon } from './spec-file.ts';

/** What an add-on of a spec is to say. */
export interface SpecEdit {
  readonly addon: SpecAddon;
  readonly version: string;
  /** Undefined leaves what is there. */
  readonly s3Override?: string | undefined;
  readonly sha256?: string | undefined;
}

interface Replacement {
  readonly range: readonly [start: number, end: number];
  readonly text: string;
}

/** A value as YAML: as it is where that is read as text, in quotes otherwise; in the quotes that were there. @param before what stands there */
function written(value: string, before = ''): string {
  const inDouble = (): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
  if (before.startsWith("'")) return `'${value.replaceAll("'", "''")}'`;
  if (before.startsWith('"')) return inDouble();
  const isText = /^[A-Za-z0-9][\w.+:/~%@=-]*$/.test(value) && !/^[\d._]+(e\d+)?$|^0x|^\d+e[+-]?\d+$|:$/i.test(value.replace(/^\d+\.\d+\..*$/, 'v'));
  return isText ? value : inDouble();
}

/** A spec in which some add-ons say something else, every other byte kept: comments, order, quotes and ends of lines. */
export function editSpec(text: string, edits: readonly SpecEdit[]): string {
  const newline = /\r\n/.test(text) ? '\r\n' : '\n';
  const replacements = edits.flatMap(({ addon, version, s3Override, sha256 }): Replacement[] => {
    const replaced = (place: SpecAddon['version'] | undefined, value: string | undefined): Replacement[] =>
      place && value !== undefined && place.text !== value ? [{ range: place.range, text: written(value, text.slice(...place.range)) }] : [];
    const added = [
      ...(s3Override !== undefined && !addon.s3Override ? [`s3Override: ${written(s3Override)}`] : []),
      ...(sha256 !== undefined && !addon.sha256 ? [`sha256: ${/[a-f]/.test(sha256) && !/^\d+e\d+$/.test(sha256) ? sha256 : `"${sha256}"`}`] : []),
    ];
    return [
      ...replaced(addon.version, version),
      ...replaced(addon.s3Override, s3Override),
      ...replaced(addon.sha256, sha256),
      ...(added.length > 0 ? [addition(text, addon, added, newline)] : []),
    ];
  });
  return replacements
    .toSorted((a, b) => b.range[0] - a.range[0] || b.range[1] - a.range[1])
    .reduce((all, { range, text: put }) => all.slice(0, range[0]) + put + all.slice(range[1]), text);
}

/** Fields behind the version: in a flow mapping beside it, else on lines of their own below it and the comment at its side. */
function addition(text: string, { version, isFlow, indent }: SpecAddon, fields: readonly string[], newline: string): Replacement {
  const [, end] = version.range;
  if (isFlow) return { range: [end, end], text: `, ${fields.join(', ')}` };
  const rest = /^[^\r\n]*/.exec(text.slice(end))?.[0].length ?? 0;
  return { range: [end + rest, end + rest], text: fields.map((field) => `${newline}${indent}${field}`).join('') };
}
