import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parsePlatform, platformText } from '../../catalogue/platforms.ts';
import { ANY, type Platform } from '../../catalogue/release.ts';
import { UserError } from '../../errors.ts';
import { findPlugins } from '../../publishing/find-plugins.ts';
import { INDEX_NAME, readIndexFile, writeIndexFile } from '../../publishing/index-file.ts';
import { readEarlier } from '../../publishing/index-text.ts';
import { type PlannedPackage, planPackages } from '../../publishing/plan-packages.ts';
import { publishedLine } from '../../publishing/published-line.ts';
import { withSerial } from '../../publishing/serial.ts';
import { writeArchive } from '../../publishing/write-archive.ts';
import { sizeText } from '../../system/size-text.ts';
import { sourceDateEpoch } from '../../system/source-date.ts';
import { plural } from '../../system/word-list.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { archiveLimits } from '../plugin/stage-options.ts';

type Context = CommandContext<'repository:package'>;

const DEFAULT_OUTPUT = './plugin-dist';

/** Packs plugins into archives under the names that `repository:index` makes an index from, and makes that too where it is wanted. */
export async function run({ layout, args, env, options, progress, warn }: Context): Promise<Outcome> {
  const { output = DEFAULT_OUTPUT, byVersion = false } = options;
  const mtime = sourceDateEpoch(env) ?? 0;
  const platform = platformOf(options.platform);
  const urlBase = urlBaseOf(options, env);
  const packages = await planPackages(findPlugins(args), { output, byVersion, platform, path: env.PATH ?? '', warn });
  const index = join(output, INDEX_NAME);
  if (options.dryRun) {
    const would = [...packages.map((planned) => `would write ${textOf(planned)}`), ...(urlBase === undefined ? [] : [`would write ${index}`])];
    return { data: { packages: packages.map((planned) => ({ ...factsOf(planned), changed: false })) }, lines: () => would };
  }
  const mayReplace = !byVersion || env.DOKKU_APPS_FORCE_DELETE === '1';
  const written: object[] = [];
  for (const planned of packages) {
    const { state, ...facts } = await writeArchive({ ...planned, folder: planned.name, mtime, mayReplace });
    written.push({ ...factsOf(planned), ...facts, changed: state === 'written' });
    progress(lineOf(planned, facts.size, state));
  }
  if (urlBase === undefined) return { data: { packages: written }, lines: () => [] };
  const { buildIndex } = await import('../../publishing/build-index.ts');
  const before = existsSync(index) ? readIndexFile(index) : '';
  const earlier = await readEarlier(before, index);
  const { text, problems } = await buildIndex({
    binaries: output,
    urlBase,
    useArchive: true,
    recursive: byVersion,
    limits: archiveLimits(layout.home),
    earlier,
  });
  const told = problems.map((problem): Line => (problem.disables ? { error: publishedLine(problem) } : { warning: publishedLine(problem) }));
  const isBad = problems.some(({ disables }) => disables);
  if (!isBad) writeIndexFile(resolve(index), withSerial(text, before, false));
  return {
    data: { packages: written, index: { file: index, written: !isBad, problems } },
    lines: () => (isBad ? told : [...told, { info: `${index} written` }]),
    ...(isBad ? { failure: new UserError('index-has-errors', `${index} was not written`) } : {}),
  };
}

/** The address that files will be had at, where an index is wanted. @throws UserError where one is wanted, and there is none */
function urlBaseOf({ index, urlBasePath }: Context['options'], { PLUGIN_DOWNLOAD_URL_BASE_PATH: fallback }: Context['env']): string | undefined {
  if (!index && urlBasePath !== undefined)
    throw new UserError('flag-does-not-apply', '--url-base-path is for --index', { hint: 'add --index, or leave it out' });
  if (!index) return undefined;
  const base = urlBasePath ?? fallback;
  if (base) return base;
  throw new UserError('missing-flag', '--index needs --url-base-path', {
    hint: 'give the address below which the files will be served, like https://example.com/plugins',
  });
}

function factsOf({ name, version, platform, file, entries }: PlannedPackage): object {
  const files = entries.filter(({ kind }) => kind !== 'directory').map(({ path }) => path);
  return { name, version, platform: platformText(platform), file, files };
}

const textOf = ({ file, name, version, entries }: PlannedPackage): string =>
  `${relative('', file)}: ${version === '' ? name : `${name} ${version}`}, ${plural(entries.filter(({ kind }) => kind !== 'directory').length, 'file')}`;

function lineOf(planned: PlannedPackage, size: number, state: 'written' | 'unchanged'): Line {
  const text = `${textOf(planned)}, ${sizeText(size)}`;
  return state === 'written' ? { info: text } : `${text}, unchanged`;
}

/** What an archive runs on, which may be anything. @throws UserError */
function platformOf(text = `${ANY}/${ANY}`): Platform {
  if (text === ANY || text === `${ANY}/${ANY}`) return { os: ANY, arch: ANY };
  const [, os, arch] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (os === undefined || arch === undefined) return parsePlatform(text);
  // Each half that is any takes the place of one that is known.
  const known = parsePlatform(`${os === ANY ? 'linux' : os}/${arch === ANY ? 'amd64' : arch}`);
  return { os: os === ANY ? ANY : known.os, arch: arch === ANY ? ANY : known.arch };
}
