import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { addonPackage, fillMirror } from '../support/addons.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

test('what nothing needs is listed, then removed; what is installed, and can be rolled back to, stays', async () => {
  using box = Sandbox.prepared();
  const run = async (line: string): Promise<string> => {
    const { stdout, stderr, status } = await box.run(line.split(' '));
    return `${stdout}${stderr}(${status})`;
  };
  const put = (path: string, text: string): string => {
    mkdirSync(dirname(box.at(path)), { recursive: true });
    writeFileSync(box.at(path), text);
    return box.at(path);
  };
  expect(await run('store:gc')).toBe('-----> Everything that is kept is needed\n(0)');

  // An add-on of a bundle, rolled over by another: both are needed, also where the home was reached by a link then.
  symlinkSync(box.home, join(box.root, 'alias'));
  for (const version of ['0.9.0', '1.0.0', '1.1.0', '1.2.0']) fillMirror(box.at(`bundles/${version}`), [addonPackage('hello', version, 'hello() { :; }\n')]);
  for (const version of ['1.0.0', '1.1.0']) {
    box.file('spec.yaml', `spec:\n  hello: { version: ${version} }\n`);
    await run(`addon:apply spec.yaml --host-version v2022.10.06-0 --registry ${join(box.root, 'alias/bundles', version)}`);
  }
  // One of a bundle that is just being installed, and one that came long ago, as all others did.
  fillMirror(box.at('bundles/1.3.0'), [addonPackage('hello', '1.3.0', 'hello() { :; }\n')]);
  for (const version of ['0.9.0', '1.0.0', '1.1.0', '1.2.0']) utimesSync(box.at('bundles', version), 1, 1);
  // One that tool.lock alone names: whoever syncs needs it.
  put('tool.lock', `[[plugin]]\nname = "hello"\nurl = "file://${join(box.root, 'alias/bundles/0.9.0')}/external/hello-0.9.0.tar.gz"\n`);
  const [old, recent] = [put(`plugins/repositories/.downloads/${'a'.repeat(64)}`, 'x'.repeat(700)), `plugins/repositories/.downloads/${'b'.repeat(64)}`];
  put(recent, 'x'.repeat(700));
  utimesSync(old, 1, 1);
  put('tool.toml', '[cache]\ndownloads = "1200"\n[repositories.acme]\nurl = "./index.yaml"\n');
  put('plugins/repositories/acme/meta.json', '{}');
  put('plugins/repositories/gone/meta.json', '{}');
  // The environment is rendered anew for another tool.toml.
  await run('plugin:list');
  put('env/nowhere/tool/0123456789abcdef.sh', '');
  put(`env${PACKAGE}/0000000000000000.sh`, '');
  // What a link leads to is not the home's.
  box.file('elsewhere/deploy.sh', '#!/bin/sh\n');
  const outside = join(box.root, 'elsewhere/deploy.sh');
  symlinkSync(dirname(outside), box.at('env/link'));
  const expected = [
    `download … plugins/repositories/.downloads/${'a'.repeat(64)} is more than the cache may have`,
    'index … plugins/repositories/gone is of a repository that is not there any more',
    'bundle … bundles/1.2.0 has no package of an add-on that is there or in tool.lock',
    'environment … env/nowhere/tool/0123456789abcdef.sh is of a package that is not there any more',
    `environment … env${PACKAGE}/0000000000000000.sh is of an earlier build`,
  ];
  const { stdout } = await box.run(['store:gc', '--json']);
  const data = JSON.parse(stdout) as { removed: boolean; found: { kind: string; path: string; why: string }[] };
  expect(data.removed).toBe(false);
  const lines = data.found.map(({ kind, path, why }) => `${kind} … ${path.slice(box.home.length + 1)} ${why}`);
  expect(lines.sort()).toEqual(expected.sort());
  expect(existsSync(old)).toBe(true);

  expect(await run('store:gc --remove')).toMatch(/; removed\n\(0\)$/);
  expect(data.found.filter(({ path }) => existsSync(path))).toEqual([]);
  expect(readdirSync(box.at('bundles')).sort()).toEqual(['0.9.0', '1.0.0', '1.1.0', '1.3.0']);
  expect(existsSync(outside)).toBe(true);
  expect([existsSync(box.at(recent)), existsSync(box.at('plugins/repositories/acme'))]).toEqual([true, true]);
  expect(await run('store:gc --remove')).toBe('-----> Everything that is kept is needed\n(0)');

  put('tool.toml', '[cache]\ndownloads = "much"\n');
  expect(await run('store:gc')).toContain('tool.toml: [cache] downloads is no size; write it as downloads = "256M"\n(1)');
});
