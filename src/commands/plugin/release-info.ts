import { type Chosen, choose, type NotChosen } from '../../catalogue/choose.ts';
import { newestFirst } from '../../catalogue/order.ts';
import { platformAsked, platformText } from '../../catalogue/platforms.ts';
import { parseReference } from '../../catalogue/reference.ts';
import type { Release, ReleasePlatform } from '../../catalogue/release.ts';
import { UserError } from '../../errors.ts';
import { storePaths } from '../../home/store-paths.ts';
import { installedPlugins } from '../../plugins/installed.ts';
import { choiceWorld } from '../../sources/catalogue/find-release.ts';
import { isRelease } from '../../sources/catalogue/source.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { columns } from '../../terminal/columns.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { cataloguesOf } from './opened-catalogues.ts';

/** Versions that people are shown; programs get all. */
const SHOWN_VERSIONS = 10;

/**
 * What a repository has under a name: the release that an install would choose, the others, and which of them is installed.
 * @returns undefined for a bare name where there are no repositories to look into
 * @throws UserError where no repository has it
 */
export async function releaseInfo(context: CommandContext<'plugin:info'>, text: string): Promise<Outcome | undefined> {
  const { layout, options } = context;
  const reference = parseReference(text);
  const catalogues = await cataloguesOf(context)();
  if (catalogues.repositories.length === 0 && reference.repository === undefined) return undefined;
  const { repository, name, type, releases } = await catalogues.find(reference, options.type);
  const label = `${repository}/${name}`;
  const platform = platformAsked(options.platform);
  const choice = choose(releases, reference.wish, choiceWorld(platform, label));
  const ordered = newestFirst(releases);
  const shown = choice.release ?? ordered[0];
  if (!shown) throw new UserError('no-such-version', `${label} has no versions`, { hint: 'see what else there is with plugin:search' });
  const data = {
    repository,
    name,
    type: type ?? null,
    kind: shown.kind,
    version: choice.release?.version ?? null,
    platform: platformText(platform),
    description: shown.description,
    details: shown.details ?? null,
    documentation: shown.documentationUrl ?? null,
    licence: shown.licence ?? null,
    caveats: shown.caveats ?? null,
    installed: installedOf(context, repository, name),
    platforms: shown.platforms.map(platformText),
    url: choice.release ? choice.platform.url : null,
    sha256: choice.release ? (choice.platform.sha256 ?? null) : null,
    dependencies: choice.release ? (choice.platform.dependencies ?? []).map((dependency) => dependency.name) : [],
    problem: choice.release ? null : choice.problem,
    remarks: choice.release ? choice.remarks : [],
    passedOver: choice.passedOver,
    versions: ordered.map(versionFacts),
  };
  return { data, lines: () => linesOf(data, choice, layout.brand), status: 0 };
}

const versionFacts = ({ version, prerelease, yanked, deprecated, platforms }: Release) => ({
  version,
  prerelease,
  yanked: yanked ?? null,
  deprecated: deprecated ?? null,
  platforms: platforms.map((platform: ReleasePlatform) => platformText(platform)),
});

/** The plugins that came from a name of a repository. */
function installedOf({ layout }: CommandContext<'plugin:info'>, repository: string, name: string) {
  return installedPlugins(layout).plugins.flatMap((plugin) => {
    const source = currentReceipt(storePaths(layout.pluginPath), plugin.name)?.source;
    if (!isRelease(source) || source.repository !== repository || source.name !== name) return [];
    return [{ plugin: plugin.name, version: source.version, wish: source.wish || 'latest' }];
  });
}

type Info = Readonly<Record<string, unknown>> & {
  readonly versions: readonly ReturnType<typeof versionFacts>[];
  readonly installed: ReturnType<typeof installedOf>;
  readonly remarks: readonly string[];
};

function linesOf(info: Info, choice: Chosen | NotChosen, brand: string): Line[] {
  const { versions, installed } = info;
  const wordedVersions = versions.slice(0, SHOWN_VERSIONS).map(({ version, prerelease, yanked, deprecated }) => {
    const marks = [prerelease ? 'prerelease' : '', yanked === null ? '' : 'taken back', deprecated === null ? '' : 'deprecated'].filter((mark) => mark !== '');
    return marks.length > 0 ? `${version} (${marks.join(', ')})` : version;
  });
  const rest = versions.length > SHOWN_VERSIONS ? [`and ${versions.length - SHOWN_VERSIONS} more`] : [];
  const rows: [string, unknown][] = [
    ['name', `${String(info.repository)}/${String(info.name)}`],
    ['type', info.type],
    ['kind', info.kind],
    ['version', info.version],
    ['description', info.description],
    ['documentation', info.documentation],
    ['licence', info.licence],
    ['versions', [...wordedVersions, ...rest].join(', ')],
    ['platforms', (info.platforms as string[]).join(', ')],
    ['needs', (info.dependencies as string[]).join(', ')],
    ['address', info.url],
    ['sha256', info.sha256],
    ['installed', installed.map(({ plugin, version, wish }) => `${version} as ${plugin}, following ${wish}`).join('; ') || 'no'],
  ];
  return [
    ...columns(rows.map(([label, value]) => [`${label}:`, harmlessLine(String(value ?? '')) || '-'])),
    ...info.remarks.map((warning) => ({ warning })),
    ...choice.passedOver.map(({ version, why }) => ({ info: `passed over: ${version} ${why}` })),
    ...(choice.release ? [] : [{ warning: `${choice.problem}; ${choice.hint}` }]),
    ...(choice.release?.caveats === undefined ? [] : ['', choice.release.caveats]),
    ...(installed.length === 0 && choice.release ? [{ info: `${brand} plugin:install ${String(info.repository)}/${String(info.name)} installs it` }] : []),
  ];
}
