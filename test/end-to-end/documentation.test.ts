import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { botkubePlugin } from '../support/botkube-plugin.ts';
import { sourceProgram } from '../support/botkube-source.ts';
import { Repository } from '../support/git.ts';
import { type Block, blocksOf, type Page, pages } from '../support/pages.ts';
import { INCREMENTER } from '../support/providers.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';
import { type Serving, serving } from '../support/serving.ts';

/** What is pasted into a shell, and what is not meant to be. */
const PASTED = ['sh', 'console'];
const SHOWN = ['', 'bash', 'toml', 'yaml', 'json', 'ini', 'text', 'ts'];

const isRun = ({ language, notRun }: Block): boolean => PASTED.includes(language) && notRun === undefined;

const all = pages();
const run = all.flatMap(({ blocks }) => blocks.filter(isRun));
const marked = all.flatMap(({ blocks }) => blocks.filter(({ notRun }) => notRun !== undefined));
afterAll(() => {
  process.stdout.write(`documentation: ${run.length} blocks ran, ${marked.length} are marked:\n`);
  for (const { place, notRun } of marked) process.stdout.write(`  ${place}: ${notRun}\n`);
});

test('every fenced block is run, marked with a reason, or no shell’s', () => {
  expect(run.length).toBeGreaterThan(5);
  const unknown = all.flatMap(({ blocks }) => blocks.filter(({ language }) => ![...PASTED, ...SHOWN].includes(language)));
  expect(unknown.map(({ place, language }) => `${place}: ${language}`)).toEqual([]);
  expect(marked.filter(({ notRun, language }) => !notRun || !PASTED.includes(language)).map(({ place }) => place)).toEqual([]);
});

test('a mark counts only in front of its block, and a block must end', () => {
  expect(blocksOf('p', '<!-- not run: why -->\n\n```sh\na\n```\n```sh\nb\n```')).toEqual([
    { place: 'p:3', language: 'sh', lines: ['a'], notRun: 'why' },
    { place: 'p:6', language: 'sh', lines: ['b'], notRun: undefined },
  ]);
  expect(() => blocksOf('p', '<!-- not run: why -->\ntext\n```sh\n```')).toThrow('in front of no block');
  expect(() => blocksOf('p', '```sh\n')).toThrow('no end');
});

/** What the pages take to be there: plugins at git.example.org, an index at plugins.example.org, and directories beside the reader. */
const world = new Sandbox();
/** The proxy by which plugins.example.org is reached. */
let proxy: Serving;
beforeAll(async () => {
  const program = (version: string): string => `#!/bin/sh\necho "shipped $* by ${version}"\n`;
  const entry = (version: string): string => {
    const sum = createHash('sha256').update(program(version)).digest('hex');
    const platforms = ['amd64', 'arm64'].map(
      (arch) => `{url: "http://plugins.example.org/ship-${version}", checksum: ${sum}, platform: {os: linux, architecture: ${arch}}}`,
    );
    return `  - {name: ship, type: executor, version: ${version}, description: Ships what is ready, urls: [${platforms.join(', ')}]}\n`;
  };
  proxy = await serving((request, response) => {
    const [, version] = /ship-(.+)$/.exec(request.url ?? '') ?? [];
    response.end(version === undefined ? `entries:\n${['1.0.0', '1.2.0', '2.0.0-rc.1'].map(entry).join('')}` : program(version));
  });
  for (const [path, tag] of [
    ['dokku-greet.git', 'v1.2.0'],
    ['greet.git', 'v1.1.0'],
    ['team/motd.git', 'v1.2.3'],
  ] as const) {
    new Repository(join(world.root, 'git', path)).publish(tag.slice(1), tag);
  }
});
afterAll(async () => {
  world[Symbol.dispose]();
  await proxy[Symbol.asyncDispose]();
});

/** A program made for Botkube. */
const HELM = botkubePlugin('executor', { version: 'v1.0.0', description: 'Runs helm' });

const MARK = '\x1e';

/** The commands of a console block, each with the output that is shown under it. */
function commandsIn({ lines }: Block): { command: string; shown: string[] }[] {
  const commands: { command: string; shown: string[] }[] = [];
  for (const line of lines) {
    const last = commands.at(-1);
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), shown: [] });
    else if (last && line.startsWith('> ') && last.shown.length === 0) last.command += `\n${line.slice(2)}`;
    else last?.shown.push(line);
  }
  return commands;
}

/** What is pasted of a block, a piece for each output that can be told apart. */
const piecesOf = (block: Block): string[] => (block.language === 'console' ? commandsIn(block).map(({ command }) => command) : [block.lines.join('\n')]);

/** Pastes a page into one shell. @returns what each piece printed, errors included; fewer than there are where one failed */
async function paste(page: Page): Promise<{ outputs: string[]; status: number | null }> {
  using box = new Sandbox();
  const work = join(box.root, 'work');
  for (const name of ['backup', 'lights', 'dokku-redirect']) {
    box.file(`work/${name}/plugin.toml`, '[plugin]\ndescription = "d"\nversion = "1.0.0"\n[plugin.config]\n');
    box.file(`work/${name}/subcommands/default`, '#!/bin/sh\necho hello\n');
  }
  box.file('work/incrementer', readFileSync(INCREMENTER));
  box.file('work/source_ticker_linux_amd64', sourceProgram());
  for (const arch of ['amd64', 'arm64']) box.file(`work/dist/executor_helm_linux_${arch}`, HELM);
  box.file('.gitconfig', `[url "file://${world.root}/git/"]\n\tinsteadOf = https://git.example.org/\n\tinsteadOf = git@git.example.org:\n`);
  for (const name of ['bin', 'run']) mkdirSync(join(box.root, name));
  for (const name of ['tool', 'plugn']) symlinkSync(join(PACKAGE, 'bin', name), join(box.root, 'bin', name));
  const pieces = page.blocks.filter(isRun).flatMap(piecesOf);
  box.file('page', `exec 2>&1\n${pieces.map((piece) => `printf '\\036'\n${piece}\n`).join('')}`);
  const env = { PATH: `${join(box.root, 'bin')}:${box.env.PATH}`, http_proxy: proxy.url, XDG_RUNTIME_DIR: join(box.root, 'run') };
  const { stdout, status } = await box.run(['-e', join(box.root, 'page')], { command: 'bash', cwd: work, env });
  // A page that fails does not get to the end of its supervisor.
  if (existsSync(box.at('data/provider/serving.json'))) await box.run(['serve:stop'], { env });
  return { outputs: Buffer.from(stdout, 'latin1').toString().split(MARK).slice(1), status };
}

/** Lines that a page may leave out. */
const matches = (line: string, shown: string): boolean => {
  const [first = '', ...rest] = shown.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${[first, ...rest].join('.*')}$`).test(line);
};

/** What a page says that a piece prints, and what it did. */
function compare(block: Block, outputs: readonly string[]): void {
  const printed = outputs.map((output) => output.split('\n').slice(0, -1));
  const problem = (what: string) => `${block.place} ${what}\n${outputs.join('')}`;
  if (block.language === 'console') {
    for (const [index, { command, shown }] of commandsIn(block).entries()) {
      const lines = printed[index] ?? [];
      const same = shown.length === lines.length && lines.every((line, at) => matches(line, shown[at] ?? ''));
      expect(same, problem(`does not print what it shows for ${command}`)).toBe(true);
    }
    return;
  }
  expect(outputs.join(''), problem('warns')).not.toMatch(/^ ! {5}/m);
  let rest = printed.flat();
  for (const shown of block.lines.flatMap((line) => /# prints: (.*)$/.exec(line)?.[1] ?? [])) {
    const at = rest.findIndex((line) => matches(line, shown));
    expect(at, problem(`does not print ${shown}`)).not.toBe(-1);
    rest = rest.slice(at + 1);
  }
}

describe.concurrent('pasted from the first line to the last,', () => {
  test.each(all.filter(({ blocks }) => blocks.some(isRun)).map((page) => [page.path, page] as const))('%s works', async (_, page) => {
    const { outputs, status } = await paste(page);
    let next = 0;
    for (const block of page.blocks.filter(isRun)) {
      const own = outputs.slice(next, next + piecesOf(block).length);
      next += own.length;
      expect(next < outputs.length || status === 0, `${block.place} fails with status ${status}\n${own.at(-1)}`).toBe(true);
      compare(block, own);
    }
  });
});
