import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.ts';

/** Commands end in time, whatever stands where a file should. */
const IN_TIME = ['timeout', '20'];
let box: Sandbox;
beforeAll(async () => {
  box = new Sandbox();
  await box.run(['version']);
  box.plugin('odd', { 'plugin.toml': '[plugin]\nversion = "1"\n[plugin.config]\n', 'subcommands/default': '#!/bin/sh\necho odd\n' });
});
afterAll(() => box[Symbol.dispose]());

const run = (...words: string[]) => box.run(words, { under: IN_TIME });

const ODD: Record<string, [problem: string, make: (path: string) => void]> = {
  'a FIFO': ['is not a file', (path) => execFileSync('mkfifo', [path])],
  'a link to /dev/zero': ['is not a file', (path) => symlinkSync('/dev/zero', path)],
  'a file of 10 GB': [
    'is larger than 1048576 bytes',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 10 * 1024 ** 3);
    },
  ],
};

test.each(Object.entries(ODD))('plugin.toml that is %s holds up nobody, and one line names it', async (_name, [problem, make]) => {
  const file = box.at('plugins/available/odd/plugin.toml');
  const line = ` !     ${file} ${problem}\n`;
  renameSync(file, `${file}.kept`);
  make(file);
  try {
    expect(await run('version')).toMatchObject({ status: 0, stderr: '' });
    expect(await run('odd')).toMatchObject({ status: 0, stdout: 'odd\n' });
    expect(await run('help')).toMatchObject({ status: 0, stderr: '' });
    const listed = await run('plugin:list');
    expect(listed.status).toBe(0);
    expect(listed.stderr).toBe(line);
    expect((await run('plugin:trigger', 'post-deploy', 'x')).status).toBe(0);
    expect(await run('plugin:disable', 'odd')).toMatchObject({ status: 0 });
    expect(await run('plugin:enable', 'odd')).toMatchObject({ status: 0, stderr: expect.stringContaining(line) });
  } finally {
    rmSync(file);
    renameSync(`${file}.kept`, file);
  }
});

test('ten thousand keys in [plugin.config] are told of, and hooks run without them', async () => {
  const directory = box.at('plugins/available/many');
  const keys = Array.from({ length: 10_000 }, (_, index) => `k${index} = ""\n`).join('');
  box.plugin('many', { 'plugin.toml': `[plugin]\nversion = "1"\n[plugin.config]\n${keys}`, 'post-many': '#!/bin/sh\necho fired\n' });
  const fired = await run('plugin:trigger', 'post-many');
  expect(fired).toMatchObject({ status: 0, stdout: 'fired\n' });
  expect(fired.stderr).toBe(` !     ${box.at('plugins/enabled/many')}/plugin.toml declares more than 1000 keys in [plugin.config]; none is exported\n`);
  box.file('sandbox/home/plugins/available/many/plugin.toml', `a = ${'['.repeat(100_000)}`);
  expect((await run('plugin:list')).stderr).toMatch(/^ ! {5}.*many\/plugin\.toml.*\n$/);
  rmSync(box.at('plugins/enabled/many'));
  rmSync(directory, { recursive: true });
});

test.each(Object.keys(ODD))('files of the home that are %s are named in one line by whoever needs them', async (kind) => {
  const [, make] = ODD[kind] as [string, (path: string) => void];
  const cases: [path: string, argv: string[]][] = [
    ['tool.toml', ['plugin:install', box.at('plugins/available/odd'), '--name', 'copied']],
    ['tool.toml', ['nobody-knows-this']],
    ['tool.lock', ['plugin:lock', '--check']],
    ['plugins/store/odd/current', ['plugin:info', 'odd']],
    ['plugins/config.toml', ['plugin:enable', 'odd']],
    ['plugins/store/pending', ['odd']],
  ];
  for (const [path, argv] of cases) {
    const file = box.at(path);
    const kept = existsSync(file);
    if (kept) renameSync(file, `${file}.kept`);
    execFileSync('mkdir', ['-p', file.replace(/\/[^/]*$/, '')]);
    make(file);
    const { status, stderr } = await run(...argv);
    rmSync(file);
    if (kept) renameSync(`${file}.kept`, file);
    expect([path, status === 124 ? 'it hung' : 'it ended']).toEqual([path, 'it ended']);
    expect(stderr).not.toContain('bug in tool');
    if (path !== 'plugins/config.toml') expect(stderr).toContain(file);
  }
  chmodSync(box.at('plugins/available/odd/plugin.toml'), 0o644);
});
