import { pax, type RawEntry, tarGz, zip } from './archives.ts';

/** What every plugin has; what is hostile comes behind it. */
export const GOOD: RawEntry[] = [
  { name: 'plugin.toml', body: '[plugin]\nversion = "1.0.0"\n' },
  { name: 'subcommands/default', body: '#!/bin/sh\necho archived\n', mode: 0o755 },
];
export const file = (name: string | Buffer, more: Partial<RawEntry> = {}): RawEntry => ({ name, body: 'x', ...more });
const link = (name: string, target: string | Buffer, type = '2'): RawEntry => ({ name, type, link: target });
const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);

/** What a home allows an archive, so that those of the corpus can be small. */
export const HOSTILE_LIMITS = { entries: 2000, bytes: 5_000_000 };

/** What must be refused, by class; `only` where one of the two formats can say it. */
export const CORPUS: Record<string, [name: string, entries: RawEntry[], only?: 'tar' | 'zip'][]> = {
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

/** The two kinds of archives, and the word that `only` has for each. */
export const FORMS = [
  ['tar.gz', tarGz, 'tar'],
  ['zip', zip, 'zip'],
] as const;
