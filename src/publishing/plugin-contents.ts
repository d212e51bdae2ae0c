import { isTable, parseToml } from '../config/toml.ts';
import { isUserError } from '../errors.ts';
import { inByteOrder, isNamedByWord } from '../home/names.ts';
import { PLUGIN_FILE_NAME } from '../plugins/helm/file-names.ts';
import { hasCommand } from '../plugins/helm/metadata.ts';
import { helmWordOf } from '../plugins/helm/names.ts';
import { readHelmManifest } from '../plugins/helm/read-helm-manifest.ts';
import { isTriggerName } from '../plugins/plugin-files.ts';
import { COMMAND_FOLDERS, wordOf } from '../plugins/subcommands.ts';
import { SUMMARY_BYTES, summaryIn } from '../plugins/summary.ts';
import type { ArchiveLimits } from '../sources/archive/policy.ts';
import { type ArchiveContents, type ArchiveEntry, archiveContents } from './archive-contents.ts';

/** What an archive tells of a plugin to whoever thinks of installing it. */
export interface PluginContents {
  /** In Markdown, or plain. */
  readonly readme: string | undefined;
  /** The commands that are files, in byte order of their words; that of a plugin of Helm's, by its plugin.yaml. */
  readonly commands: readonly NamedText[];
  /** The triggers that it listens to, in byte order. */
  readonly triggers: readonly string[];
  /** The settings of `[plugin.config]`, as listed. */
  readonly settings: readonly NamedText[];
}

/** Something with a name, and what it is for; empty where nothing says. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Characters of a README; a longer one is left out. */
const README_CHARACTERS = 256 << 10;
/** The name of a README at the top, the better form first. */
const READMES = [/^readme\.(md|markdown)$/i, /^readme(\.txt)?$/i];
const isManifest = (path: string): boolean => path === 'plugin.toml' || path === PLUGIN_FILE_NAME;
const COMMAND_PATH = new RegExp(`^(${COMMAND_FOLDERS.join('|')})/([^/]+)$`);

/**
 * Reads of a plugin's archive what its page tells. Nothing of it is run.
 * @param plugin its name, by which its commands are called
 * @throws UserError for what is no archive, or one that would not be installed
 */
export async function pluginContents(file: string, plugin: string, limits: ArchiveLimits): Promise<PluginContents> {
  const wanted = (path: string): boolean => isManifest(path) || COMMAND_PATH.test(path) || READMES.some((name) => name.test(path));
  return contentsIn(await archiveContents(file, wanted, { limits }), plugin);
}

/** The same of what was read already. */
export function contentsIn({ entries, texts }: ArchiveContents, plugin: string): PluginContents {
  const isPlugin = entries.some(({ path }) => path === 'plugin.toml');
  const yaml = isPlugin ? undefined : texts.get(PLUGIN_FILE_NAME);
  return {
    readme: readmeIn(texts),
    commands: isPlugin ? commandsIn(entries, texts, plugin) : yaml === undefined ? [] : helmsCommand(yaml),
    triggers: isPlugin ? triggersIn(entries) : [],
    settings: settingsIn(texts.get('plugin.toml') ?? ''),
  };
}

function readmeIn(texts: ReadonlyMap<string, string>): string | undefined {
  const names = [...texts.keys()].sort(inByteOrder);
  const name = READMES.map((form) => names.find((path) => form.test(path))).find((found) => found !== undefined);
  const text = (name === undefined ? '' : texts.get(name)) ?? '';
  return text.trim() === '' || text.length > README_CHARACTERS ? undefined : text;
}

/** A link may lead to a program, and is taken for one. */
const isProgram = ({ kind, mode }: ArchiveEntry): boolean => kind !== 'directory' && (mode & 0o111) !== 0;

function commandsIn(entries: readonly ArchiveEntry[], texts: ReadonlyMap<string, string>, plugin: string): NamedText[] {
  const commands = new Map<string, string>();
  // Of one that is in both folders that in the first runs.
  for (const folder of COMMAND_FOLDERS) {
    for (const entry of entries.filter((candidate) => isProgram(candidate) && candidate.path.startsWith(`${folder}/`))) {
      const [, , name = ''] = COMMAND_PATH.exec(entry.path) ?? [];
      const word = wordOf(plugin, name);
      if (isNamedByWord(name) && !commands.has(word)) commands.set(word, summaryIn((texts.get(entry.path) ?? '').slice(0, SUMMARY_BYTES)));
    }
  }
  return [...commands].map(([name, text]) => ({ name, text })).sort((a, b) => inByteOrder(a.name, b.name));
}

/** The one command of a plugin of Helm's, if it has one. */
function helmsCommand(yaml: string): NamedText[] {
  const { metadata } = readHelmManifest(yaml);
  return metadata !== undefined && hasCommand(metadata) ? [{ name: helmWordOf(metadata), text: metadata.config.shortHelp }] : [];
}

const triggersIn = (entries: readonly ArchiveEntry[]): string[] =>
  entries
    .filter((entry) => isProgram(entry) && isTriggerName(entry.path))
    .map(({ path }) => path)
    .sort(inByteOrder);

function settingsIn(manifest: string): NamedText[] {
  try {
    const { plugin } = parseToml(manifest, 'plugin.toml');
    const config = isTable(plugin) ? plugin.config : undefined;
    return isTable(config) ? Object.entries(config).map(([name, text]) => ({ name, text: typeof text === 'string' ? text : '' })) : [];
  } catch (error) {
    if (isUserError(error)) return [];
    throw error;
  }
}
