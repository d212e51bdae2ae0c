import type { BigIntStats } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../errors.ts';
import type { Layout } from '../home/layout.ts';
import { writeWhole } from '../system/durable.ts';
import { makeFolder } from '../system/make-folder.ts';
import type { External, ExternalVersion } from './external.ts';
import { copyFile, type Header, type KeptAddon, stateOf } from './registry-copy.ts';

/** Numbers that are kept as characters are below this; there are never so many ranges, nor such lines. */
const MOST = 20_000;
/** A file that was changed so shortly ago may change again without a trace. */
const SETTLED_MS = 2000;

/** Keeps what a registry says, where that can be done: who may not write there reads it anew each time. */
export function writeCopy(layout: Layout, file: string, base: string, external: External, stat: BigIntStats): void {
  if (Date.now() - Number(stat.mtimeNs / 1_000_000n) < SETTLED_MS) return;
  const all = [...external].map(([name, { versions, isInOrder }]) => ({ name, isInOrder, versions: [...versions] }));
  const each = all.flatMap(({ versions }) => versions);
  const lineOf = ({ size, sha256, url }: ExternalVersion): string => `${size ?? '-'} ${sha256 ?? '-'} ${url}\n`;
  // What a line has no room for: nothing of it is written.
  if (each.some((one) => /[^\x21-\x7e]/.test(one.version + one.url + (one.sha256 ?? '')) || lineOf(one).length > MOST)) return;
  const ranges = [...new Set(each.flatMap(({ range }) => (range === undefined ? [] : [range])))];
  if (ranges.length > MOST) return;
  const places = new Map<string | undefined, number>(ranges.map((range, place) => [range, place + 1]));
  let bytes = 0;
  const addons = all.map(({ name, isInOrder, versions }): KeptAddon => {
    const start = bytes;
    const lengths = versions.map((one) => lineOf(one).length);
    for (const length of lengths) bytes += length;
    const codes = versions.map(({ range, prerelease }) => 2 * (places.get(range) ?? 0) + (prerelease ? 1 : 0));
    const names = versions.map(({ version }) => version).join(' ');
    return { name, versions: names, codes: String.fromCharCode(...codes), isInOrder, start, lengths: String.fromCharCode(...lengths) };
  });
  const header: Header = { format: '2', of: stateOf(file, stat), base, bytes, ranges, addons };
  try {
    const copy = copyFile(layout, stat);
    makeFolder(dirname(copy));
    writeWhole(copy, `${JSON.stringify(header)}\n${each.map(lineOf).join('')}`);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
