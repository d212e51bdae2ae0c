import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.ts';
import { sliceOf } from '../support/slice.ts';

/** A home with a plugin in its second generation, made once. */
const original = Sandbox.prepared();
for (const version of ['1', '2']) {
  original.file('src/p/plugin.toml', `[plugin]\nversion = "${version}"\n`).file('src/p/subcommands/hi', '#!/bin/sh\necho hi\n');
  await original.run(version === '1' ? ['plugin:install', join(original.root, 'src/p')] : ['plugin:update', 'p']);
}
await original.run(['plugin:lock']);
afterAll(() => original[Symbol.dispose]());

const READING = [
  ['plugin:list', '--format', 'json'],
  ['plugin:list'],
  ['plugin:info', 'p'],
  ['plugin:check'],
  ['plugin:history', 'p'],
  ['plugin:outdated'],
  ['plugin:lock'],
];
const CHANGING = [['plugin:sync'], ['plugin:update', 'p'], ['plugin:rollback', 'p'], ['plugin:pin', 'p'], ['plugin:disable', 'p'], ['plugin:uninstall', 'p']];

/** What may become of a file: by a full disk, a bad copy, a hand. */
const DAMAGES: Record<string, (file: string) => void> = {
  empty: (file) => writeFileSync(file, ''),
  truncated: (file) => writeFileSync(file, readFileSync(file).subarray(0, -20)),
  binary: (file) => writeFileSync(file, Buffer.from([0, 255, 254, 1, 128, 10])),
  'a directory': (file) => {
    rmSync(file);
    mkdirSync(file);
  },
  ...Object.fromEntries(['null', '[]', '3', '"text"', '{}'].map((text) => [text, (file: string) => writeFileSync(file, text)])),
};

/** Commands for a damage of each kind, fewer for its sisters. */
const commandsFor = (damage: string) =>
  /truncated|directory|null/.test(damage) ? sliceOf([...READING, ...CHANGING], 2) : sliceOf([['plugin:list'], ['plugin:update', 'p']], 1);

/** A receipt with one field of another type. */
const wrongFields = (file: string): string[] => {
  const receipt = JSON.parse(readFileSync(file, 'utf8'));
  const wrong = [
    { name: 3 },
    { name: '../../x' },
    { generation: 'two' },
    { version: null },
    { source: 'git' },
    { source: { kind: 'git' } },
    { source: null },
    { time: 7 },
  ];
  return [...wrong, { time: 'yesterday' }, { installedHash: {} }].map((field) => JSON.stringify({ ...receipt, ...field }));
};

const RECEIPT = 'plugins/store/p/receipts/2.json';
const PENDING = 'plugins/store/pending';

/** Runs all commands, and holds each to ending well or in one line that names the file. */
async function holdTo(box: Sandbox, file: string, commands: readonly (readonly string[])[]): Promise<void> {
  for (const command of commands) {
    const { stderr: said, status } = await box.run(command);
    // What acts on all plugins counts them in the end.
    const stderr = said.replace(/ ! {5}1 of 1 plugins [^\n]*\n$/, '');
    if (status === 0) continue;
    // Who lists all is told of the file by its plugin's folder, or by a link to it.
    expect({ command, status, stderr }).toEqual({
      command,
      status: 1,
      stderr: expect.stringMatching(/^ ! {5}[^\n]*plugins\/store\/[^\n]*; [^\n]*move[^\n]*\n$/),
    });
    expect(stderr).toContain(file);
  }
}

/** The command that is told of the file in any case. */
const refuses = async (box: Sandbox, command: readonly string[], file: string): Promise<void> =>
  expect((await box.run(command)).stderr).toMatch(new RegExp(`^ !     The \\w+ [^\\n]*${file}[^\\n]*; [^\\n]+\\n$`));

describe('a damaged file of the store is one line that names it and the remedy', () => {
  test.each(sliceOf(Object.keys(DAMAGES), 4))('receipt: %s', async (damage) => {
    using box = Sandbox.with(original.home);
    DAMAGES[damage]?.(box.at(RECEIPT));
    await holdTo(box, 'plugins/store/p/', commandsFor(damage));
    await refuses(box, ['plugin:history', 'p'], RECEIPT);
    // The remedy works.
    rmSync(box.at(RECEIPT), { recursive: true });
    expect(await box.run(['plugin:update', 'p', '--from', join(original.root, 'src/p')])).toMatchObject({ status: 0 });
    expect(await box.run(['plugin:list'])).toMatchObject({ status: 0, stderr: '' });
  });

  test('receipt: a field of another type', async () => {
    using box = Sandbox.with(original.home);
    for (const text of sliceOf(wrongFields(box.at(RECEIPT)), 5)) {
      writeFileSync(box.at(RECEIPT), text);
      const commands = [
        ['plugin:info', 'p'],
        ['plugin:list', '--format', 'json'],
        ['plugin:uninstall', 'p'],
      ];
      await holdTo(box, 'plugins/store/p/', sliceOf(commands, 1));
      await refuses(box, ['plugin:history', 'p'], RECEIPT);
    }
  });

  test.each(sliceOf(Object.keys(DAMAGES), 4))('journal: %s', async (damage) => {
    using box = Sandbox.with(original.home);
    const change = { kind: 'install', plugin: 'p', from: null, to: null };
    writeFileSync(box.at(PENDING), JSON.stringify({ phase: 'hook', change, owner: { pid: 1, start: '1', boot: 'x' } }));
    DAMAGES[damage]?.(box.at(PENDING));
    await refuses(box, ['p:hi'], PENDING);
    await refuses(box, ['plugin:trigger', 'any'], PENDING);
    await holdTo(box, PENDING, commandsFor(damage));
    rmSync(box.at(PENDING), { recursive: true });
    expect(await box.run(['p:hi'])).toMatchObject({ status: 0, stdout: 'hi\n' });
  });

  test('journal: a change of another shape', async () => {
    using box = Sandbox.with(original.home);
    const owner = { pid: 1, start: '1', boot: 'x' };
    for (const change of [
      3,
      null,
      {},
      { kind: 'install', plugin: 'p', from: 1, to: null },
      { kind: 'update', plugin: 'p', from: null, to: { tree: 3, receipt: {} } },
    ]) {
      writeFileSync(box.at(PENDING), JSON.stringify({ phase: 'hook', change, owner }));
      await refuses(box, ['plugin:list'], PENDING);
    }
  });

  test('receipt: one of a newer tool', async () => {
    using box = Sandbox.with(original.home);
    const receipt = JSON.parse(readFileSync(box.at(RECEIPT), 'utf8'));
    expect(receipt.format).toBe(1);
    // Neither the list for people nor disabling looks at where a plugin came from.
    const commands = [...READING, ...CHANGING].filter((words) => words.join() !== 'plugin:list' && words[0] !== 'plugin:disable');
    for (const [fields, what] of [
      [{ format: 2, source: 'nothing that is known' }, 'format 2'],
      [{ source: { kind: 'floppy' } }, 'its plugin comes from a source of the kind "floppy"'],
    ] as const) {
      writeFileSync(box.at(RECEIPT), JSON.stringify({ ...receipt, ...fields }));
      const line = `${RECEIPT.replace('receipts/2.json', '')}[^\\n]* was written by a newer tool \\(${what}\\); update tool to that version or a later one\\n`;
      for (const command of sliceOf(commands, 2)) {
        const { status, stderr } = await box.run(command);
        expect({ command, status, stderr }).toEqual({
          command,
          status: 1,
          stderr: expect.stringMatching(new RegExp(`^ ! {5}[^\\n]*${line}( ! {5}1 of 1 plugins[^\\n]*\\n)?$`)),
        });
      }
    }
    writeFileSync(box.at(RECEIPT), JSON.stringify({ ...receipt, format: undefined }));
    expect(await box.run(['plugin:update', 'p', '--from', join(original.root, 'src/p')])).toMatchObject({ status: 0, stderr: '' });
  });

  test.each([0, -1, 1.5, '1', null])('receipt: the format %j', async (format) => {
    using box = Sandbox.with(original.home);
    writeFileSync(box.at(RECEIPT), JSON.stringify({ ...JSON.parse(readFileSync(box.at(RECEIPT), 'utf8')), format }));
    await refuses(box, ['plugin:history', 'p'], `${RECEIPT} is damaged`);
  });

  test('journal: one of a newer tool', async () => {
    using box = Sandbox.with(original.home);
    const receipt = { ...JSON.parse(readFileSync(box.at(RECEIPT), 'utf8')), source: { kind: 'floppy' } };
    const to = { receipt, tree: box.at('plugins/store/p/1'), kept: true, enabled: true };
    const pending = { phase: 'hook', change: { kind: 'update', plugin: 'p', from: null, to }, owner: { pid: 1, start: '1', boot: 'x' } };
    for (const [fields, what] of [
      [{ format: 2, phase: 'thinking' }, 'format 2'],
      [{}, 'its plugin comes from a source of the kind "floppy"'],
    ] as const) {
      const text = JSON.stringify({ ...pending, ...fields });
      writeFileSync(box.at(PENDING), text);
      for (const command of sliceOf([['p:hi'], ['plugin:trigger', 'any'], ...READING, ...CHANGING], 3)) {
        const { stderr } = await box.run(command);
        expect({ command, stderr }).toEqual({
          command,
          stderr: ` !     The journal ${box.at(PENDING)} was written by a newer tool (${what}); update tool to that version or a later one\n`,
        });
      }
      expect(readFileSync(box.at(PENDING), 'utf8')).toBe(text);
    }
  });

  test.each(sliceOf(Object.keys(DAMAGES), 3))('addresses: %s', async (damage) => {
    using box = Sandbox.with(original.home);
    writeFileSync(box.at('plugins/store/.addresses'), '{ "https://h/x": "https://user:secret@h/x" }\n');
    DAMAGES[damage]?.(box.at('plugins/store/.addresses'));
    await holdTo(box, 'plugins/store/.addresses', [
      ['plugin:update', 'p'],
      ['plugin:outdated'],
      ['plugin:install', join(original.root, 'src/p'), '--name', 'q'],
    ]);
  });

  test('something else where a file or a folder should be', async () => {
    for (const place of ['.lock', '.staging', '.guards', 'p/receipts', 'p/current', 'p/pinned', 'p']) {
      using box = Sandbox.with(original.home);
      const path = box.at('plugins/store', place);
      const isFile = execFileSync('sh', ['-c', 'if [ -d "$1" ]; then echo folder; else echo file; fi', 'x', path]).toString() === 'file\n';
      rmSync(path, { recursive: true, force: true });
      if (isFile) mkdirSync(path);
      else writeFileSync(path, 'x');
      box.file('src/q/plugin.toml', '[plugin]\nversion = "1"\n').file('src/q/user-auth', '#!/bin/sh\n');
      for (const command of sliceOf([...READING, ...CHANGING, ['plugin:install', join(box.root, 'src/q')]], 2)) {
        const { stderr, status } = await box.run(command);
        expect({ place, command, stderr }).toEqual({ place, command, stderr: expect.not.stringMatching(/bug in tool|\n {4}at /) });
        if (status !== 0) expect({ place, command, stderr }).toEqual({ place, command, stderr: expect.stringMatching(/^( ! {5}[^\n]+\n)+$/) });
      }
    }
  });
});
