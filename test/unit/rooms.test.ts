import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { forbiddenImports, LAYERS, mayImport } from '../../scripts/rooms.js';
import { PACKAGE } from '../support/sandbox.ts';

const rooms = [...LAYERS.flat(), 'terminal'];
const pathIn = (room: string, name: string): string => (room === '.' ? name : `${room}/${name}`);
const pathTo = (from: string, to: string): string => (from === '.' ? './' : '../') + pathIn(to, 'wanted.ts');
const pairs = rooms.flatMap((from) => rooms.filter((to) => to !== from).map((to) => ({ from, to })));

test('every folder of src has its place', () => {
  const folders = readdirSync(join(PACKAGE, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).filter((name) => !rooms.includes(name))).toEqual([]);
  expect(rooms.filter((room) => room !== '.' && !folders.some(({ name }) => name === room))).toEqual([]);
});

for (const written of [
  "import { x } from 'WANTED';",
  "import type { X } from 'WANTED';",
  "const x = await import('WANTED');",
  "export * from 'WANTED';",
  "import 'WANTED';",
]) {
  test(`each edge is allowed or refused, written as ${written}`, () => {
    for (const { from, to } of pairs) {
      const text = written.replace('WANTED', pathTo(from, to));
      const found = forbiddenImports(new Map([[pathIn(from, 'asking.ts'), text]]));
      expect(found, `${from} → ${to}`).toEqual(
        mayImport(from, to) ? [] : [`src/${pathIn(from, 'asking.ts')} imports ${pathIn(to, 'wanted.ts')}: ${from} may not import ${to}`],
      );
    }
  });
}

test('no two folders import each other', () => {
  expect(pairs.filter(({ from, to }) => mayImport(from, to) && mayImport(to, from))).toEqual([]);
  expect(pairs.filter(({ from, to }) => mayImport(from, to)).length).toBeGreaterThan(rooms.length);
});

test('the check itself ends with 1 and names the import', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'tool-rooms-'));
  try {
    mkdirSync(join(scratch, 'system'));
    writeFileSync(join(scratch, 'system/a.ts'), "import { run } from '../commands/plugin/list.ts';\n");
    const { status, stderr } = spawnSync(process.execPath, [join(PACKAGE, 'scripts/rooms.js'), scratch], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'src/system/a.ts imports commands/plugin/list.ts: system may not import commands\n' });
  } finally {
    rmSync(scratch, { recursive: true });
  }
  expect(execFileSync(process.execPath, [join(PACKAGE, 'scripts/rooms.js')], { cwd: PACKAGE, encoding: 'utf8' })).toBe('');
});

test('nobody imports the entry, and a folder without a place is named', () => {
  expect(forbiddenImports(new Map([['store/a.ts', "import '../main.ts';"]]))).toEqual(['src/store/a.ts imports main.ts: store may not import the entry']);
  expect(forbiddenImports(new Map([['attic/a.ts', '']]))).toEqual(['src/attic has no place in scripts/rooms.js']);
});

test('docs/ARCHITECTURE.md has a row for each folder, and the order of imports', () => {
  const page = readFileSync(join(PACKAGE, 'docs/ARCHITECTURE.md'), 'utf8');
  expect(rooms.filter((room) => room !== '.' && !page.includes(`| \`src/${room}/\` |`))).toEqual([]);
  const order = /`make lint` checks it: `([^`]+)`/
    .exec(page)?.[1]
    ?.split('→')
    .map((layer) => layer.split(',').map((room) => room.trim()));
  expect(order).toEqual(LAYERS.filter((layer) => !layer.includes('.')).toReversed());
});
