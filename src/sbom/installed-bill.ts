import { platformOf } from '../catalogue/platforms.ts';
import { isShipped } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { installedPlugins } from '../plugins/installed.ts';
import { isRelease } from '../sources/catalogue/source.ts';
import type { Published } from '../sources/kind.ts';
import type { Source } from '../sources/kinds.ts';
import { publishedAt, sourceText } from '../sources/source.ts';
import { installedSource } from '../store/installed-source.ts';
import { currentReceipt, type Receipt } from '../store/receipts.ts';
import { isNeed } from '../store/requirements.ts';

/** What a bill of materials says of a plugin. */
export interface BilledPlugin {
  readonly name: string;
  /** Empty where its manifest states none. */
  readonly version: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Where it came from, in one line for people. */
  readonly sourceText: string;
  /** Where anybody can have the same from; undefined for what is on this machine alone. */
  readonly published?: Published | undefined;
  /** What the store wrote of its installation; undefined for what the store did not put there. */
  readonly receipt?: Receipt | undefined;
  /** The installed plugins that it needs, by their names. */
  readonly needs: readonly string[];
  /** The programs that came with it. */
  readonly programs: readonly BilledProgram[];
}

/** A program that a repository lists with a plugin. */
export interface BilledProgram {
  readonly name: string;
  readonly url: string;
  /** In hex; undefined where the index states none. */
  readonly sha256?: string | undefined;
}

/** The plugins of a home that did not come with tool, in byte order of their names. */
export async function installedBill(layout: Layout): Promise<BilledPlugin[]> {
  const { plugins } = installedPlugins(layout);
  const names = new Set(plugins.map(({ name }) => name));
  const own = plugins.filter(({ name }) => !isShipped(layout, name));
  return Promise.all(
    own.map(async ({ name, version, description, enabled, dependencies }): Promise<BilledPlugin> => {
      const receipt = currentReceipt(storePaths(layout.pluginPath), name);
      const source = await installedSource(layout, name);
      return {
        name,
        version: version || receipt?.version || '',
        description,
        enabled,
        sourceText: sourceText(source),
        published: publishedAt(source),
        receipt,
        needs: dependencies.filter((need) => isNeed(need) && names.has(need.name)).map((need) => need.name),
        programs: programsOf(source),
      };
    }),
  );
}

function programsOf(source: Source): readonly BilledProgram[] {
  if (!isRelease(source)) return [];
  return (platformOf(source.release, source.platform)?.dependencies ?? []).map(({ name, url, sha256 }) => ({ name, url, sha256 }));
}
