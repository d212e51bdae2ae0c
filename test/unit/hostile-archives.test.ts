import { lstatSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { unpackArchive } from '../../src/sources/archive/unpack.ts';
import { CORPUS, FORMS, GOOD, HOSTILE_LIMITS } from '../support/hostile-archives.ts';

const root = mkdtempSync(join(tmpdir(), 'tool-hostile-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What stands beside the tree that is unpacked, and how large it is. */
const around = (): string[] =>
  readdirSync(root)
    .filter((name) => name !== 'tree')
    .map((name) => `${name} ${lstatSync(join(root, name)).size}`);

for (const [kind, cases] of Object.entries(CORPUS)) {
  describe(kind, () => {
    for (const [ending, write, form] of FORMS) {
      test.each(cases.filter(([, , only]) => only === undefined || only === form))(
        `${ending}: %s is refused, and nothing is written outside`,
        async (_name, entries) => {
          const name = `evil.${ending}`;
          writeFileSync(join(root, name), write([...GOOD, ...entries]));
          const before = around();
          const refused = unpackArchive(join(root, name), name, join(root, 'tree'), { ...HOSTILE_LIMITS, ratio: 100, depth: 32 });
          await expect(refused).rejects.toMatchObject({ code: 'source-refused', message: expect.stringMatching(new RegExp(`^[^\\n]*${name}[^\\n]*$`)) });
          // For what is hostile in it, not for what every plugin has.
          await expect(refused).rejects.not.toThrow(/plugin\.toml|subcommands/);
          expect(around()).toEqual(before);
          expect(statSync('/tmp/tool-evil', { throwIfNoEntry: false })).toBeUndefined();
          rmSync(join(root, 'tree'), { recursive: true, force: true });
        },
      );
    }
  });
}
