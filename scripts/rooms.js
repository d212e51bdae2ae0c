// Which folder of src may import which: a folder those below it alone. `make lint` runs it over src; see docs/ARCHITECTURE.md.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** The folders from the bottom up, those of one line side by side, where neither may import the other. `.` is src itself: errors, and the version. */
export const LAYERS = [
  ['error-codes', 'sdk'],
  ['.'],
  ['system'],
  ['home', 'http', 'git', 'arguments'],
  ['config'],
  ['plugins', 'catalogue', 'content'],
  ['repositories', 'registries', 'runtimes', 'importing', 'provenance'],
  ['triggers', 'sources'],
  ['store'],
  ['sync', 'addons', 'testing', 'server', 'help', 'publishing', 'sbom', 'providers'],
  ['mirror'],
  ['dispatch'],
  ['commands', 'api'],
];

/** The one folder that prints stands beside them: it knows the edges of the system alone, and only who talks to the user knows it. */
const TERMINAL = { imports: ['error-codes', '.', 'system'], importedBy: ['help', 'dispatch', 'commands'] };
/** The entry, which may import all of them, and is imported by none. */
const ENTRY = 'main.ts';

/** @param {string} file relative to src @returns {string} its folder, or `.` */
export const roomOf = (file) => (file.includes('/') ? (file.split('/')[0] ?? '') : '.');

/** @param {string} from a folder @param {string} to another @returns {boolean} */
export function mayImport(from, to) {
  if (from === to) return true;
  if (to === 'terminal') return TERMINAL.importedBy.includes(from);
  if (from === 'terminal') return TERMINAL.imports.includes(to);
  const [above, below] = [from, to].map((room) => LAYERS.findIndex((layer) => layer.includes(room)));
  return above !== undefined && below !== undefined && below >= 0 && above > below;
}

/**
 * What is wrong with the imports of some sources: types and lazy ones count like all others.
 * @param {ReadonlyMap<string, string>} sources text by path below src
 * @returns {string[]} a line for each import that goes up or across, and for each folder that has no place
 */
export function forbiddenImports(sources) {
  const known = new Set([...LAYERS.flat(), 'terminal']);
  const homeless = [...new Set([...sources.keys()].map(roomOf))]
    .filter((room) => !known.has(room))
    .map((room) => `src/${room} has no place in scripts/rooms.js`);
  const wrong = [...sources].flatMap(([file, text]) =>
    ts
      .preProcessFile(text)
      .importedFiles.map(({ fileName }) => fileName)
      .filter((name) => name.startsWith('.'))
      .map((name) => join(dirname(file), name))
      .filter((target) => target === ENTRY || (file !== ENTRY && !mayImport(roomOf(file), roomOf(target))))
      .map((target) => `src/${file} imports ${target}: ${roomOf(file)} may not import ${target === ENTRY ? 'the entry' : roomOf(target)}`),
  );
  return [...homeless, ...wrong];
}

if (process.argv[1] === import.meta.filename) {
  const root = resolve(process.argv[2] ?? 'src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const problems = forbiddenImports(new Map(files.map((file) => [relative(root, join(root, file)), readFileSync(join(root, file), 'utf8')])));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
