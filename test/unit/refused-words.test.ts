import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusalOf } from '../../src/dispatch/refused-words.ts';
import { corePlugins } from '../../src/home/core-plugins.ts';
import { PACKAGE } from '../support/sandbox.ts';

test.each([
  'proxy',
  'proxy:',
  'proxy:help',
  'proxy:enable',
  'storage:mount',
  'checks:run',
  'logs',
  'git-receive-pack',
  'ps:retire',
  'caddy:labels:add',
  'shell',
])('%s is refused with a reason and what to do instead', (word) =>
  expect(refusalOf(word)).toEqual({ reason: expect.stringMatching(/^[^.]+$/), instead: expect.stringMatching(/^[A-Z][^.]+$/) }),
);

test.each(['proxy:nothing', 'ps', 'ps:help', 'git-receive-pack:x', 'nobody', 'constructor', 'proxy::', ''])('%j is just unknown', (word) =>
  expect(refusalOf(word)).toBeUndefined(),
);

test('no command that a core plugin has is refused here', () => {
  const words = corePlugins(PACKAGE).flatMap(({ name: plugin, path }) =>
    readdirSync(path).includes('subcommands')
      ? readdirSync(join(path, 'subcommands')).map((name) => (name === 'default' ? plugin : `${plugin.replace(/-vhosts$/, '')}:${name}`))
      : [],
  );
  expect(words.length).toBeGreaterThan(100);
  expect(words.filter(refusalOf)).toEqual([]);
});
