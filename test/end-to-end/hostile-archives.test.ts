import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tar, tarGz, zip } from '../support/archives.ts';
import { CORPUS, FORMS, file, GOOD, HOSTILE_LIMITS } from '../support/hostile-archives.ts';
import { Sandbox } from '../support/sandbox.ts';
import { sliceOf } from '../support/slice.ts';
import { asOrdinaryUser, unprivilegedUid } from '../support/unprivileged.ts';

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
    box.file('sandbox/home/tool.toml', `[archives]\nbytes = ${HOSTILE_LIMITS.bytes}\nentries = ${HOSTILE_LIMITS.entries}\n`);
    options = ordinary && unprivilegedUid !== undefined ? asOrdinaryUser(box) : {};
    await box.run(['version'], options);
  });
  afterAll(() => box[Symbol.dispose]());

  for (const [kind, cases] of Object.entries(CORPUS)) {
    describe(kind, () => {
      // All of them go through test/unit/hostile-archives.test.ts.
      const casesOf = (form: 'tar' | 'zip') => cases.filter(([, , only]) => only === undefined || only === form);
      // What only tar can say is no case of a zip: a form without any would leave the suite empty.
      const forms = FORMS.filter(([, , form]) => casesOf(form).length > 0);
      for (const [ending, write, form] of ordinary ? sliceOf(forms, 1) : forms) {
        test.each(sliceOf(casesOf(form), 1))(`${ending}: %s is refused whole`, async (_name, entries) => {
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
    for (const [ending, write] of FORMS) {
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
