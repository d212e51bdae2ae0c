import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readYaml } from '../../catalogue/formats/yaml.ts';
import { isReleaseVersion, VERSION_RULE } from '../../catalogue/names.ts';
import { isUserError } from '../../errors.ts';
import { isPluginName } from '../../home/names.ts';
import { CATEGORIES, type PackagedAddon, SCRIPT } from '../../plugins/addons/package-layout.ts';
import { somethingAt } from '../../system/links.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../../system/small-file.ts';
import type { Finding } from '../lint/finding.ts';
import { canBring, type ManifestEntry, readAddonManifest } from './manifest.ts';
import { definedFunctions, syntaxProblem, unsharedCalls } from './script-functions.ts';

/** The files of an add-on in one version: what is in `addons/NAME/VERSION` of its package. */
export interface AddonFiles extends PackagedAddon {
  readonly directory: string;
}

const MANIFEST = 'Manifest';
const PREFLIGHT = 'host-preflight.yaml';

const finding = (level: Finding['level'], rule: string, where: string, text: string, remedy: string, line?: number): Finding => ({
  level,
  rule,
  where,
  text,
  remedy,
  ...(line === undefined ? {} : { line }),
});

/** All that is wrong with the files of an add-on. Its script is read, and nothing of it is run. */
export async function lintAddon(addon: AddonFiles): Promise<Finding[]> {
  return [...nameFindings(addon), ...scriptFindings(addon), ...manifestFindings(addon), ...(await yamlFindings(addon))];
}

function* nameFindings({ name, version }: AddonFiles): Generator<Finding> {
  if (!isPluginName(name) || !/^[A-Za-z]/.test(name))
    yield finding(
      'error',
      'name',
      name,
      `${JSON.stringify(name)} cannot be the name of an add-on`,
      'a name is of letters, digits and "-", and begins with a letter',
    );
  if (!isReleaseVersion(version)) yield finding('error', 'version', version, `${JSON.stringify(version)} cannot be a version`, VERSION_RULE);
}

function* scriptFindings({ name, directory }: AddonFiles): Generator<Finding> {
  const file = join(directory, SCRIPT);
  const text = textOf(file);
  if (typeof text !== 'string') return yield finding('error', 'script', SCRIPT, text.problem, `write ${SCRIPT} with a function ${name}`);
  const syntax = syntaxProblem(file);
  if (syntax) yield finding('error', 'syntax', SCRIPT, syntax.text, 'correct it there', syntax.line);
  const defined = definedFunctions(text);
  // There is a program of that name too.
  const needed = name === 'containerd' ? 'containerd_install' : name;
  if (!defined.some((one) => one.name === needed))
    yield finding('error', 'function', SCRIPT, `defines no function ${needed}`, 'define it: it installs the add-on');
  const prefixes = [name, name.replaceAll('-', '_')];
  for (const other of defined.filter((one) => one.name !== name && !prefixes.some((prefix) => one.name.startsWith(prefix))))
    yield finding('remark', 'prefix', SCRIPT, `the function ${other.name} does not begin with ${name}`, 'another add-on may have one of that name', other.line);
  for (const { name: called, line } of unsharedCalls(text))
    yield finding('remark', 'unshared', SCRIPT, `${called} is a function of kURL's that is not shared here`, 'ask commandExists for it first', line);
}

function* manifestFindings({ directory }: AddonFiles): Generator<Finding> {
  const text = textOf(join(directory, MANIFEST));
  if (typeof text !== 'string') return yield finding('error', 'manifest', MANIFEST, text.problem, 'write one; it may be empty');
  const { entries, problems } = readAddonManifest(text);
  for (const { line, text: what, remedy } of problems) yield finding('error', 'manifest', MANIFEST, what, remedy, line);
  for (const entry of missingOf(entries, directory)) yield finding('error', 'missing', MANIFEST, `${entry.path} is not there`, howToBring(entry), entry.line);
}

/** What the Manifest of an add-on asks for that is not beside it. */
export function missingParts(directory: string): ManifestEntry[] {
  const text = textOf(join(directory, MANIFEST));
  return typeof text === 'string' ? missingOf(readAddonManifest(text).entries, directory) : [];
}

const missingOf = (entries: readonly ManifestEntry[], directory: string): ManifestEntry[] =>
  entries.filter(({ path }) => {
    if (!path.endsWith('*')) return !somethingAt(join(directory, path));
    return !readdirSync(directory).some((name) => name.startsWith(path.slice(0, -1)));
  });

function howToBring(entry: ManifestEntry): string {
  const { kind, path, from } = entry;
  if (canBring(entry)) return 'addon:package --fetch brings it';
  if (kind === 'image') return `docker save ${from} | gzip > ${path}`;
  return kind === 'packages' ? `put ${from} there, with what it depends on` : `build ${from} there`;
}

async function yamlFindings({ name, directory }: AddonFiles): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const file of [PREFLIGHT, `../${CATEGORIES}`]) {
    if (!somethingAt(join(directory, file))) continue;
    const shown = file.replace('../', '');
    try {
      const text = readSmallFile(join(directory, file), SETTINGS_BYTES);
      if (file === PREFLIGHT) {
        // kURL has templates in it, which are no YAML before they are filled in.
        if (!text.includes('{{')) await readYaml(text, shown);
      } else if ((JSON.parse(text) as { readonly name?: unknown } | null)?.name !== name)
        findings.push(finding('error', 'categories', shown, `is not about ${name}`, `write "name": ${JSON.stringify(name)} in it`));
    } catch (error) {
      findings.push(
        finding(
          'error',
          file === PREFLIGHT ? 'preflight' : 'categories',
          shown,
          isUserError(error) ? error.message : `is no JSON: ${(error as Error).message}`,
          'correct it',
        ),
      );
    }
  }
  return findings;
}

/** The text of a file, or why there is none. */
function textOf(file: string): string | { readonly problem: string } {
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return { problem: 'is not there' };
  try {
    return readSmallFile(file, SETTINGS_BYTES);
  } catch (error) {
    return { problem: whyUnread(error) };
  }
}
