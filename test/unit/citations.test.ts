import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenCitations, citingFiles, readProject } from '../support/citations.ts';
import { PACKAGE } from '../support/sandbox.ts';

const project = readProject(PACKAGE);
const files = citingFiles(project);

test('every section, heading, decision, file and link that code and pages cite is there', () => {
  expect(files.flatMap((file) => brokenCitations(file, readFileSync(join(PACKAGE, file), 'utf8'), project))).toEqual([]);
});

test('the citations are found at all', () => {
  const cited = files.filter((file) => readFileSync(join(PACKAGE, file), 'utf8').includes('§'));
  expect(cited.length).toBeGreaterThan(60);
  for (const folder of ['src/', 'plugins/', 'libexec/', 'docs/']) expect(cited.some((file) => file.startsWith(folder))).toBe(true);
});

test.each([
  // [what is wrong, file, its text, the fault]
  ['a section that is not there', 'src/a.ts', '/** Reads it (contract dokku §99.1). */', 'the contract dokku has no §99.1'],
  ['one behind a good one', 'src/a.ts', '/** Reads it (contract dokku §1.4, §98). */', 'the contract dokku has no §98'],
  ['the end of a range', 'src/a.ts', '// contract dokku §1.1–1.97', 'the contract dokku has no §1.97'],
  ['a citation over two lines', 'plugins/a/functions', '# Text (contract dokku\n# §96).', 'the contract dokku has no §96'],
  ['an item that a section does not have', 'src/a.ts', '// contract dokku §1.4 (55)', '§1.4 of the contract dokku has no item 55'],
  ['a contract that is not there', 'libexec/a', '# contract cobbler §1', 'there is no contract cobbler'],
  ['a section without a contract', 'src/a.ts', '// see §1.4', 'a § that names no contract'],
  ["a contract's own section", 'docs/contracts/dokku.md', 'As in §95.', 'the contract dokku has no §95'],
  ['a heading of the design', 'src/a.ts', '// (DESIGN "Weather")', 'docs/design.md has no heading "Weather"'],
  ['the design as a whole', 'src/a.ts', '// see DESIGN', 'DESIGN without a heading'],
  ['a decision', 'libexec/a', '# held by decision 999', 'there is no decision 999'],
  ['a file in a comment', 'src/a.ts', '  // as src/dispatch/weather.ts does', 'there is no src/dispatch/weather.ts'],
  ['a file in a shell comment', 'bin/a', '# see docs/weather.md', 'there is no docs/weather.md'],
  ['a file on a page', 'docs/a.md', 'It is in `libexec/weather`.', 'there is no libexec/weather'],
  ['the end of a path on a page', 'docs/a.md', 'It is in `dispatch/weather.ts`.', 'there is no dispatch/weather.ts'],
  ['a link', 'docs/a.md', 'See [there](weather.md).', 'the link weather.md leads nowhere'],
  ['an anchor on another page', 'docs/a.md', 'See [there](plugins.md#weather).', 'docs/plugins.md has no heading for #weather'],
  ['an anchor on the page itself', 'docs/a.md', '# Rain\n\nSee [there](#snow).', 'docs/a.md has no heading for #snow'],
])('told: %s', (_, file, text, fault) => {
  const faults = brokenCitations(file, text, project);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});

test.each([
  ['src/a.ts', '/** As (contract dokku §1.4 (5), §2.3 `config export`; DESIGN "A switch"), by decision 009 and libexec/launch. */'],
  ['src/a.ts', "const home = 'plugins/nowhere';"],
  ['docs/a.md', 'Your `plugins/store/pending`, `dispatch/decide.ts`, [rules](decisions/009-code-is-roots-state-is-the-users.md), [here](#rain).\n\n# Rain'],
])('not told: %s %s', (file, text) => expect(brokenCitations(file, text, project)).toEqual([]));
