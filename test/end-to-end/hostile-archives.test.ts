import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pax, type RawEntry, tar, tarGz, zip } from '../support/archives.ts';
import { Sandbox } from '../support/sandbox.ts';
import { asOrdinaryUser, unprivilegedUid } from '../support/unprivileged.ts';

const GOOD: RawEntry[] = [
  { name: 'plugin.toml', body: '[plugin]\nversion = "1.0.0"\n' },
  { name: 'subcommands/default', body: '#!/bin/sh\necho archived\n', mode: 0o755 },
];
const file = (name: string | Buffer, more: Partial<RawEntry> = {}): RawEntry => ({ name, body: 'x', ...more });
const link = (name: string, target: string | Buffer, type = '2'): RawEntry => ({ name, type, link: target });
const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);

/** What must be refused, by class; `only` where one of the two formats can say it. */
const CORPUS: Record<string, [name: string, entries: RawEntry[], only?: 'tar' | 'zip'][]> = {
  'escape by path': [
    ['..', [file('../evil')]],
    ['.. in the middle', [file('a/../../evil')]],
    ['.. at the end', [file('a/..')]],
    ['an absolute path', [file('/tmp/tool-evil')]],
    ['two slashes', [file('//tmp/tool-evil')]],
    ['a drive', [file('C:/evil')]],
    ['a backslash', [file('..\\evil')]],
    ['.. in a PAX path', [pax({ path: '../evil' }), file('harmless')], 'tar'],
    ['an absolute PAX path', [pax({ path: '/tmp/tool-evil' }), file('harmless')], 'tar'],
    ['a GNU long name', [{ name: '././@LongLink', type: 'L', body: '../evil\0' }, file('harmless')], 'tar'],
  ],
  'escape by link': [
    ['an absolute link', [link('a', '/etc/passwd')]],
    ['a link out', [link('a', '../../etc')]],
    ['a link out from below', [link('a/b', '../../etc')]],
    ['a link out by a detour', [link('a', 'b/../../etc'), file('b/c')]],
    ['a link to its parent', [link('a', '..')]],
    ['a PAX link path', [pax({ linkpath: '/etc/passwd' }), link('a', 'harmless')], 'tar'],
    ['an empty target', [link('a', '')]],
  ],
  'escape by hard link': [
    ['inside', [file('b'), link('a', 'b', '1')], 'tar'],
    ['absolute', [link('a', '/etc/passwd', '1')], 'tar'],
    ['out', [link('a', '../../etc/passwd', '1')], 'tar'],
  ],
  'through a link': [
    ['a file below a link', [link('a', 'b'), file('a/evil')]],
    ['a link, then a file of its name', [link('a', 'b'), file('a')]],
    ['a chain of links', [link('d/a', 'b'), link('d/b', '../d'), link('c', 'd/a/../..')]],
    ['a directory that becomes a link', [{ name: 'a', type: '5' }, link('a', 'b')]],
  ],
  'special files': [
    ['a fifo', [{ name: 'a', type: '6' }]],
    ['a character device', [{ name: 'a', type: '3' }]],
    ['a block device', [{ name: 'a', type: '4' }]],
  ],
  bombs: [
    ['by ratio', [{ name: 'a', body: zeros(20_000_000) }]],
    [
      'by size',
      [
        { name: 'a', body: zeros(3_000_000) },
        { name: 'b', body: zeros(3_000_000) },
      ],
    ],
    ['by count', Array.from({ length: 2100 }, (_, index) => file(`d/${index}`))],
  ],
  collisions: [
    ['twice the same', [file('a'), file('a')]],
    ['by case', [file('Readme'), file('README')]],
    ['by case of a directory', [file('Dir/a'), file('dir/b')]],
    ['by composition', [file('\u00e9'), file('e\u0301')]],
    ['a file that is a directory', [file('a'), file('a/b')]],
    ['by a dot', [file('a'), file('./a')]],
  ],
  encodings: [
    ['bytes that are no UTF-8', [file(Buffer.from([0x61, 0xff, 0xfe]))]],
    ['a newline', [file('a\nb')]],
    ['an escape character', [file('a\x1b[31m')]],
    ['a NUL in a PAX path', [pax({ path: 'a\0b' }), file('harmless')], 'tar'],
    ['a name too long', [pax({ path: 'x'.repeat(300) }), file('harmless')], 'tar'],
  ],
};

const forms = [
  ['tar.gz', tarGz, 'tar'],
  ['zip', zip, 'zip'],
] as const;

/** Every path of a tree with kind, mode and size: what must not change outside staging. */
function snapshot(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/(^|\/)(store|archives?)(\/|$)/.test(path))
    .sort()
    .map((path) => {
      const stat = lstatSync(join(root, path));
      return `${path} ${stat.mode.toString(8)} ${stat.isDirectory() ? '' : stat.size}`;
    });
}

describe.each([
  ['as oneself', false],
  ['as an ordinary user', true],
])('%s', (_, ordinary) => {
  let box: Sandbox;
  let options: { command?: string; uid?: number | undefined };

  beforeAll(async () => {
    box = Sandbox.prepared();
    box.file('sandbox/home/tool.toml', '[archives]\nbytes = 5000000\nentries = 2000\n');
    options = ordinary && unprivilegedUid !== undefined ? asOrdinaryUser(box) : {};
    await box.run(['version'], options);
  });
  afterAll(() => box[Symbol.dispose]());

  for (const [kind, cases] of Object.entries(CORPUS)) {
    describe(kind, () => {
      for (const [ending, write, form] of forms) {
        test.each(cases.filter(([, , only]) => only === undefined || only === form))(`${ending}: %s is refused whole`, async (_name, entries) => {
          const name = `archives/evil.${ending}`;
          box.file(name, write([...GOOD, ...entries]));
          const before = snapshot(box.root);
          const refused = await box.run(['plugin:install', join(box.root, name)], options);
          expect(refused.status).toBe(1);
          expect(refused.stderr).toMatch(/^ ! {5}.*\n$/);
          expect(refused.stderr).toContain(name);
          // For what is hostile in it, not for what every plugin has.
          expect(refused.stderr).not.toMatch(/plugin\.toml|subcommands/);
          expect(snapshot(box.root)).toEqual(before);
          expect(readdirSync(box.at('plugins/store/.staging'))).toEqual([]);
          expect(statSync('/tmp/tool-evil', { throwIfNoEntry: false })).toBeUndefined();
        });
      }
    });
  }

  test.each([
    ['cut in the gzip', 'evil.tar.gz', (() => tarGz(GOOD).subarray(0, -30))()],
    ['cut in the tar', 'evil.tgz', gzipSync(tar([...GOOD, { name: 'a', body: 'y'.repeat(3000) }]).subarray(0, 3200))],
    ['a wrong check sum', 'evil.tgz', gzipSync(Buffer.from(tar(GOOD)).fill(0x41, 0, 3))],
    ['no gzip at all', 'evil.tar.gz', Buffer.from('<html>not found</html>'.repeat(9))],
    ['an empty file', 'evil.tar.gz', Buffer.alloc(0)],
    ['a tar of nothing', 'evil.tar.gz', tarGz([])],
    ['a cut zip', 'evil.zip', zip(GOOD).subarray(0, -10)],
    ['a zip that is a tar', 'evil.zip', tarGz(GOOD)],
    ['a zip that lies of a size', 'evil.zip', zip([...GOOD, { name: 'a', body: 'yyyy', size: 2 }])],
    ['a size beyond the end', 'evil.tar.gz', tarGz([...GOOD, { name: 'a', body: 'y', size: 90_000 }])],
    ['xz that is none', 'evil.tar.xz', Buffer.from('nothing of the kind')],
    ['zstd that is none', 'evil.tar.zst', Buffer.from('nothing of the kind')],
  ])('truncation and wrong type: %s', async (_name, name, bytes) => {
    box.file(`archives/${name}`, bytes);
    const before = snapshot(box.root);
    const refused = await box.run(['plugin:install', join(box.root, 'archives', name)], options);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^ ! {5}.*\n$/);
    expect(snapshot(box.root)).toEqual(before);
    expect(readdirSync(box.at('plugins/store/.staging'))).toEqual([]);
  });

  test('modes are what git would make of them: no set-user-ID, nothing for others to write, everything for others to read', async () => {
    for (const [ending, write] of forms) {
      const name = `modes-${ending.replace('.', '')}`;
      box.file(
        `archives/${name}.${ending}`,
        write([...GOOD, file('suid', { mode: 0o6777 }), file('open', { mode: 0o666 }), file('shut', { mode: 0 }), { name: 'dir', type: '5', mode: 0o777 }]),
      );
      expect(await box.run(['plugin:install', join(box.root, `archives/${name}.${ending}`), '--name', name], options)).toMatchObject({ status: 0 });
      const mode = (path: string): string => (lstatSync(box.at('plugins/available', name, path)).mode & 0o7777).toString(8);
      expect(['suid', 'open', 'shut', 'dir', 'subcommands/default'].map(mode)).toEqual(['755', '644', '644', '755', '755']);
    }
  });
});
