import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommandSpec } from '../../src/commands/command-spec.ts';
import { withTwoDashes } from '../../src/commands/go-flags.ts';
import { modules } from '../../src/commands/modules.ts';
import { parseLine } from '../../src/commands/parse-line.ts';
import { parsePlainly } from '../../src/commands/parse-plainly.ts';
import { flagsOf, specs } from '../../src/commands/specs.ts';
import { exampleWords } from '../support/example-words.ts';
import { PACKAGE } from '../support/sandbox.ts';

const table: readonly CommandSpec[] = specs;

/** The words of core plugins whose file sources libexec/node-command, for all of its lines or for some. */
function commandsOfStub(): string[] {
  const plugins = join(PACKAGE, 'plugins');
  const files = readdirSync(plugins, { recursive: true, encoding: 'utf8' }).map((path) => ({ path, word: /^([^/]+)\/subcommands\/([^/]+)$/.exec(path) }));
  return files.flatMap(({ path, word }) => {
    if (!word) return [];
    const text = readFileSync(join(plugins, path), 'utf8');
    return text.includes('/libexec/node-command"\n') ? [word[2] === 'default' ? `${word[1]}` : `${word[1]}:${word[2]}`] : [];
  });
}

test('every command of Node is in the list and has its stub, and every stub its command', () => {
  expect(commandsOfStub().sort()).toEqual(table.map(({ name }) => name).sort());
});

test.each(table)('$name has a module with what a command must have, and nothing else', async ({ name }) => {
  const loaded: Record<string, unknown> = { ...(await modules[name as keyof typeof modules]()) };
  expect(loaded.run).toBeTypeOf('function');
  expect(Object.keys(loaded).filter((key) => key !== 'run' && key !== 'refuseLine')).toEqual([]);
});

test.each(table)('$name prints JSON for --format json and --json, or formats of its own', (spec) => {
  const flags = flagsOf(spec).map(([flag]) => flag);
  if (spec.formats) expect(['plugin:test', 'addon:test', 'event:watch', 'fetch', 'postrender']).toContain(spec.name);
  else expect(flags.slice(-2)).toEqual(['--format <format>', '--json']);
  expect(new Set(flags).size).toBe(flags.length);
});

test.each(table)('$name has examples that it understands', (spec) => {
  expect(spec.examples).not.toEqual([]);
  for (const example of spec.examples) {
    const [word, ...typed] = exampleWords(example);
    const words = spec.goFlags ? withTwoDashes(spec, typed) : typed;
    expect({ example, word, line: parsePlainly(spec, words) ?? parseLine(spec, words, 'tool') }).toMatchObject({
      word: spec.name,
      line: { args: expect.anything() },
    });
  }
});

test('no command prints by itself: what comes of it goes through run-command.ts', () => {
  const folder = join(PACKAGE, 'src/commands');
  const files = [
    'action',
    'addon',
    'completion',
    'content',
    'event',
    'helm',
    'instance',
    'plugin',
    'provider',
    'repository',
    'serve',
    'server',
    'trust',
  ].flatMap((plugin) => readdirSync(join(folder, plugin)).map((name) => join(folder, plugin, name)));
  expect(files.length).toBeGreaterThan(specs.length);
  expect(files.filter((file) => /terminal\/log\.ts|console\.|process\.std(?!in)/.test(readFileSync(file, 'utf8')))).toEqual([]);
});
