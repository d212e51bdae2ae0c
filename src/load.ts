/**
 * What dist/main.cjs is: it loads the files of the build, beginning with the entry. What commands load together is also in packs, with V8's cache of the code that they compile;
 * a Node for which the build has no such cache loads file by file (docs/decisions/043-code-cache.md). Files are found by their names, without the searches of Node's own loader.
 */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { Script } from 'node:vm';

interface Module {
  exports: unknown;
}
type Make = (exports: unknown, require: (id: string) => unknown, module: Module, filename: string, directory: string) => void;

/** How the modules of a pack are made, by name; the first pack also says which other pack a file is in. */
type Pack = Readonly<Record<string, Make | string>>;

const made = new Map<string, Module>();
const makers: Record<string, Make | string> = {};

/** Adds what is in a pack, where the build has V8's cache of it for this Node. */
function addPack(name: string): void {
  try {
    const cachedData = readFileSync(`${__dirname}/${name}-${process.versions.v8}-${process.arch}.cache`);
    // Traces show it, and the cache has it: not where the build was made.
    const filename = `tool/dist/${name}.pack.js`;
    const pack: Pack = new Script(readFileSync(`${__dirname}/${name}.pack.js`, 'latin1'), { filename, cachedData }).runInThisContext();
    Object.assign(makers, pack);
  } catch {
    // It is that of another Node: the files are there one by one as well.
  }
}

function makerOf(name: string, filename: string): Make {
  const place = makers[name];
  if (typeof place === 'string') addPack(place);
  const maker = makers[name];
  if (typeof maker === 'function') return maker;
  const code = readFileSync(filename, 'utf8');
  return new Script(`(function(exports,require,module,__filename,__dirname){${code}\n})`, { filename }).runInThisContext();
}

/** Loads a file of the build once. @param name relative to dist @returns what it exports */
function load(name: string): unknown {
  const there = made.get(name);
  if (there) return there.exports;
  const filename = `${__dirname}/${name}`;
  const make = makerOf(name, filename);
  const module: Module = { exports: {} };
  made.set(name, module);
  const folder = posix.dirname(name);
  // What is not of the build is one of Node's modules, or of a package beside it.
  const requireFrom = (id: string): unknown => (id.startsWith('.') ? load(posix.join(folder, id)) : require(id));
  make(module.exports, requireFrom, module, filename, posix.dirname(filename));
  return module.exports;
}

addPack('entry');
load('entry.cjs');
