import { UserError } from '../errors.ts';
import type { Layout } from '../home/layout.ts';
import { type CataloguesOptions, Copies, copyWorld } from '../repositories/copies.ts';
import { readReleases } from '../repositories/snapshot.ts';
import { type External, externalOf } from './external.ts';
import { addonSources } from './sources.ts';

/** What the sources of tool.toml have. @param isOptional whether there is something without them */
export async function readSources(layout: Layout, options: CataloguesOptions, isOptional: boolean): Promise<External> {
  const sources = addonSources(layout.home);
  if (sources.length === 0 && isOptional) return new Map();
  if (sources.length === 0) {
    throw new UserError('no-repositories', 'There are no sources of add-ons', {
      hint: `add one with \`${layout.brand} addon:source:add NAME URL\`, or give --registry or --supported`,
    });
  }
  const world = copyWorld(layout, options);
  // No command takes an older one of a source, so that none is refused.
  const copies = await new Copies(sources, { ...world, onOlder: (name) => (world.onOlder?.(name) === 'accept' ? 'accept' : 'warn') }).all();
  return externalOf(
    copies.flatMap(({ paths, meta, rows }) =>
      rows.rows.flatMap((_, index) => readReleases(paths, meta.snapshot, rows, index).map((release) => ({ release, url: release.platforms[0]?.url ?? '' }))),
    ),
  );
}
