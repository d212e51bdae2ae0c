import { statSync } from 'node:fs';
import type { Layout } from '../home/layout.ts';
import { harmlessLine } from '../system/harmless.ts';
import { bringText } from './bring-text.ts';
import { type External, externalOf } from './external.ts';
import { readRegistry } from './registry.ts';
import { writeCopy } from './write-registry-copy.ts';

/** A registry: where it is, as it was given and as a path of this machine, and where its packages are. */
export interface RegistryPlace {
  readonly place: string;
  readonly file: string | undefined;
  readonly base: string;
}

/**
 * Reads the registry of a mirror, and keeps what it says where it is a file of this machine in which nothing is wrong: what is wrong is told each time.
 * @param warn told of each entry that is left out, and why
 * @throws UserError for what cannot be had or read
 */
export async function readRegistryAnew({ place, file, base }: RegistryPlace, layout: Layout, warn: (line: string) => void): Promise<External> {
  const stat = file === undefined ? undefined : statSync(file, { bigint: true, throwIfNoEntry: false });
  const { entries, problems } = await readRegistry(await bringText(place), harmlessLine(place), base);
  const bad = problems.filter(({ disables }) => disables);
  for (const { where, name, text, remedy } of bad) {
    warn(
      `${harmlessLine(place)}: ${where}${name === undefined || where.startsWith(name) ? '' : ` (${name})`} is left out: ${text}${remedy === undefined ? '' : `; ${remedy}`}`,
    );
  }
  const external = externalOf(entries);
  if (file !== undefined && stat !== undefined && bad.length === 0) writeCopy(layout, file, base, external, stat);
  return external;
}
