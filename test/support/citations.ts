import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';

/** What a citation may name: read once for all files. */
export interface Project {
  readonly root: string;
  /** Contract → section → its own text, up to the next heading. */
  readonly contracts: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly designHeadings: ReadonlySet<string>;
  readonly decisions: ReadonlySet<string>;
  /** Every file, relative to the root. */
  readonly files: readonly string[];
}

const FOLDERS = ['bench', 'bin', 'compat', 'docs', 'examples', 'libexec', 'plugins', 'scripts', 'src', 'test'];
/** Fixtures and samples hold other programs' text; what looks for citations, and its table of bad ones, hold none. */
const NOT_OURS = /^test\/(fixtures|real-plugins\/commands|dokku\/smoke-test-plugin)\/|^test\/(unit|support)\/citations(\.test)?\.ts$|\/node_modules\//;
/** Between two words of a comment there may be the end of a line and the next one's mark. */
const GAP = String.raw`[\s#*/]+`;
const REFERENCE = String.raw`§\d+(?:\.\d+)*(?: \(\d+\))?`;
const CONTRACT = new RegExp(`\\b[cC]ontract${GAP}(\\w+)${GAP}(${REFERENCE}(?:(?:,${GAP}|–§?)(?:${REFERENCE}|\\d+(?:\\.\\d+)*)|[ ]\`[^\`]*\`)*)`, 'g');
const DESIGN = new RegExp(`\\bDESIGN\\b(?:${GAP}"([^"]+)")?`, 'g');
const DECISION = new RegExp(`\\bdecision${GAP}(\\d+)|\\bdecisions/(\\d+)`, 'g');
const PATH = /(?<![\w./$~@{}<-])(?:bench|bin|compat|docs|examples|libexec|plugins|scripts|src|test)\/[\w./-]*\w/g;
/** A file of which the folder is left out: it must be the end of some path. */
const FILE_NAME = /^[\w./-]+\.(?:ts|js|bats|md)$/;
/** Places in a home, in a plugin or in an index of krew (`plugins/ctx.yaml`), and names that stand for others. */
const ELSEWHERE = /^plugins\/(available|enabled|store|config\.toml|config-exports|\w+\.yaml)\b|^tests?\/stubs\b|(^|\/)NAME\b/;

const numberOf = (line: string): string | undefined => /^#+ (\d+(?:\.\d+)*) /.exec(line)?.[1];

function sectionsOf(text: string): Map<string, string> {
  const sections = new Map<string, string>();
  let current: string | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) current = numberOf(line);
    if (current !== undefined) sections.set(current, `${sections.get(current) ?? ''}${line}\n`);
  }
  return sections;
}

const headingsOf = (text: string): string[] => [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map((match) => match[1] as string);

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** Regular files alone: the links among core plugins lead to files that are read anyway. */
function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** @param root the package's directory */
export function readProject(root: string): Project {
  const page = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8');
  const names = readdirSync(join(root, 'docs/contracts')).filter((name) => name.endsWith('.md'));
  return {
    root,
    contracts: new Map(names.map((name) => [name.slice(0, -'.md'.length), sectionsOf(page(`contracts/${name}`))])),
    designHeadings: new Set(headingsOf(page('design.md'))),
    decisions: new Set(readdirSync(join(root, 'docs/decisions')).map((name) => name.slice(0, 3))),
    files: [...FOLDERS.flatMap((folder) => filesBelow(root, folder)), 'README.md', 'Makefile'],
  };
}

/** The files whose citations are looked at: code, and pages but for the changelog, which tells of what has been. */
export const citingFiles = ({ files }: Project): string[] =>
  files.filter((file) => !NOT_OURS.test(file) && ['', '.ts', '.js', '.sh', '.bats', '.awk', '.bash', '.md', '.cjs'].includes(extname(file)));

/**
 * What a file cites that is not there: sections of contracts, headings of the design, decisions, files and links.
 * @returns a line for each, with file and line number
 */
export function brokenCitations(file: string, text: string, project: Project): string[] {
  const faults: { readonly index: number; readonly fault: string }[] = [];
  const isPage = file.endsWith('.md');
  const note = (index: number, fault: string | undefined): void => {
    if (fault !== undefined) faults.push({ index, fault });
  };
  const covered = new Set<number>();
  for (const match of text.matchAll(CONTRACT)) {
    const [whole, contract = '', references = ''] = match;
    for (const { index } of whole.matchAll(/§/g)) covered.add(match.index + index);
    for (const [, section = '', item] of references.matchAll(/(?<![`\w])§?(\d+(?:\.\d+)*)(?: \((\d+)\))?/g))
      note(match.index, missingSection(project, contract, section, item));
  }
  // Within its own page a contract is cited by the section alone.
  const own = isPage ? /^docs\/contracts\/(\w+)\.md$/.exec(file)?.[1] : undefined;
  for (const { index } of text.matchAll(/§/g)) {
    if (covered.has(index)) continue;
    const section = /^§(\d+(?:\.\d+)*)/.exec(text.slice(index, index + 12))?.[1];
    note(index, own !== undefined && section !== undefined ? missingSection(project, own, section) : 'a § that names no contract');
  }
  for (const { index, 1: heading } of text.matchAll(DESIGN)) {
    if (heading === undefined) note(index, 'DESIGN without a heading');
    else if (!project.designHeadings.has(heading.replaceAll(/\s+/g, ' '))) note(index, `docs/design.md has no heading "${heading}"`);
  }
  for (const { index, 1: word, 2: path } of text.matchAll(DECISION)) {
    const number = word ?? path ?? '';
    if (!project.decisions.has(number)) note(index, `there is no decision ${number}`);
  }
  for (const { index, path } of isPage ? pathsOfPage(text) : pathsOfComments(text)) note(index, missingPath(project, path));
  if (isPage) for (const { index, 1: target = '' } of text.matchAll(/\]\(([^)\s]+)\)/g)) note(index, brokenLink(file, target, text, project));
  return faults.map(({ index, fault }) => `${file}:${text.slice(0, index).split('\n').length}: ${fault}`);
}

function missingSection({ contracts }: Project, contract: string, section: string, item?: string): string | undefined {
  const sections = contracts.get(contract);
  if (!sections) return `there is no contract ${contract}`;
  const body = sections.get(section);
  if (body === undefined) return `the contract ${contract} has no §${section}`;
  return item === undefined || body.includes(`\n${item}. `) ? undefined : `§${section} of the contract ${contract} has no item ${item}`;
}

const pathsOfComments = (text: string): { index: number; path: string }[] =>
  [...text.matchAll(/^\s*(?:\/\/|\/?\*|#(?!!)).*$/gm)].flatMap(({ 0: line, index }) =>
    [...line.matchAll(PATH)].map((match) => ({ index: index + match.index, path: match[0] })),
  );

/** What stands between backticks and is a path of ours, whole or by its end. */
const pathsOfPage = (text: string): { index: number; path: string }[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].flatMap(({ 1: code = '', index }) => {
    if (FILE_NAME.test(code)) return [{ index, path: code }];
    return /[*<>{}]/.test(code) ? [] : [...code.matchAll(PATH)].map((match) => ({ index: index + match.index, path: match[0] }));
  });

function missingPath({ root, files }: Project, path: string): string | undefined {
  if (ELSEWHERE.test(path) || existsSync(join(root, path))) return undefined;
  if (FILE_NAME.test(path) && files.some((file) => file.endsWith(`/${path}`))) return undefined;
  return `there is no ${path}`;
}

function brokenLink(file: string, target: string, text: string, { root }: Project): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = '', anchor] = target.split('#', 2);
  const page = path === '' ? file : join(dirname(file), path);
  if (page !== file && !existsSync(join(root, page))) return `the link ${target} leads nowhere`;
  if (anchor === undefined) return undefined;
  const headings = headingsOf(page === file ? text : readFileSync(join(root, page), 'utf8'));
  return headings.some((heading) => anchorOf(heading) === anchor) ? undefined : `${page} has no heading for #${anchor}`;
}
