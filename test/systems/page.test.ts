import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { tarGz } from '../support/archives.ts';
import { startBrowser } from '../support/browser.ts';
import { onPath, testNeeding } from '../support/needs.ts';
import { Sandbox } from '../support/sandbox.ts';
import { type Serving, serving } from '../support/serving.ts';

const test = testNeeding('chromium');
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };

const README = `# Ship

<script>document.title = 'run'</script>
<img src="https://outside.example.org/a.png" onerror="document.title = 'run'">
<iframe src="https://outside.example.org/"></iframe>
<a href="javascript:document.title='run'">click</a> <svg onload="document.title='run'"></svg>

[click](javascript:document.title='run') ![shot](https://outside.example.org/b.png) [use](#use)

## Use

| flag | meaning |
|------|--------:|
| --to | where   |

\`\`\`sh
tool ship --to a-place-with-a-name-that-is-much-longer-than-the-narrowest-screen-has-room-for
\`\`\`
`;

const archive = tarGz([
  { name: 'plugin.toml', body: '[plugin]\ndescription = "Ships"\nversion = "1.1.0"\n[plugin.config]\nport = "of the server"\n' },
  { name: 'README.md', body: README },
  { name: 'bare/default', body: '#!/bin/sh\n# Summary: Ship what is ready\n', mode: 0o755 },
  { name: 'post-deploy', body: '#!/bin/sh\n', mode: 0o755 },
]);
const sum = createHash('sha256').update(archive).digest('hex');

const entry = (name: string, version: string, more: object = {}): object => ({
  name,
  kind: 'plugin',
  version,
  description: `${name} for teams`,
  urls: [{ url: `https://plugins.example.org/plugin_${name}_any_any.tar.gz`, checksum: sum, size: '1234567', platform: { os: 'any', architecture: 'any' } }],
  ...more,
});
const SCHEMA = JSON.stringify({ required: ['token'], properties: { token: { type: 'string', description: 'of the service' } } });
const FEW = [
  entry('ship', '2.0.0-rc.1'),
  entry('ship', '1.1.0', {
    description: 'Ships what is ready',
    license: 'MIT',
    documentationUrl: 'https://outside.example.org/docs',
    jsonSchema: { value: SCHEMA },
  }),
  entry('ship', '1.0.0', { yanked: 'it leaks', deprecated: { replacement: '1.1.0' } }),
  entry('shipyard', '3.0.0', { description: 'Builds what is sent' }),
  entry('watch', '1.0.0', { type: 'source', description: 'Tells when a ship has arrived' }),
  entry('old', '1.0.0', { deprecated: 'use watch' }),
];
const MANY = Array.from({ length: 1000 }, (_, index) =>
  entry(`plugin-${index}`, '1.0.0', { description: `Does the thing with number ${index} for ${['teams', 'people'][index % 2]}` }),
);

let box: Sandbox;
let server: Serving;
let browser: Browser;
beforeAll(async () => {
  if (!onPath('chromium')) return;
  box = Sandbox.prepared();
  box.file('dist/plugin_ship_any_any.tar.gz', archive);
  for (const [name, entries] of Object.entries({ few: FEW, many: MANY, none: [] })) {
    box.file(`${name}.json`, JSON.stringify({ entries }));
    const words = [`${name}.json`, '--output', name, '--title', 'Acme plugins', '--name', 'acme', '--url', 'https://plugins.example.org/index.yaml'];
    const { stderr, status } = await box.run(['repository:page', ...words, ...(name === 'few' ? ['--binaries-path', 'dist'] : [])]);
    expect([stderr.replace(/.*has no file of shipyard, watch, old;.*\n/, ''), status]).toEqual(['', 0]);
  }
  server = await serving((request, response) => {
    const file = join(box.root, decodeURIComponent((request.url ?? '').replace(/[?#].*/, '')));
    const isThere = statSync(file, { throwIfNoEntry: false })?.isFile();
    response.writeHead(isThere ? 200 : 404, { 'content-type': TYPES[isThere ? extname(file) : '.html'] ?? 'text/plain' });
    response.end(readFileSync(isThere ? file : join(box.root, 'few/404.html')));
  });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
  box?.[Symbol.dispose]();
});

/** A page in a browser that knows nothing, watched until it is left: whatever is asked of another server, or goes wrong in it, fails the test. */
async function visit(path: string, look: (page: Page) => Promise<void>, options: BrowserContextOptions = {}): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'], ...options });
  const trouble: string[] = [];
  context.on('request', (request) => {
    if (!request.url().startsWith(`${server.url}/`) && !request.url().startsWith('file:')) trouble.push(`asked for ${request.url()}`);
  });
  context.on('console', (message) => trouble.push(`${message.type()}: ${message.text()}`));
  context.on('weberror', (error) => trouble.push(error.error().message));
  const page = await context.newPage();
  await page.goto(path.startsWith('file:') ? path : `${server.url}/${path}`);
  await look(page);
  await context.close();
  expect(trouble).toEqual([]);
}

const shown = (page: Page): Promise<string[]> => page.locator('#plugins > li h3').allTextContents();
const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.textContent || document.activeElement.id');

test('by the keyboard alone: search, go through what was found, open it, and come back to it', async () => {
  await visit('few/index.html', async (page) => {
    expect(await shown(page)).toEqual(['old', 'ship', 'shipyard', 'watch']);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('/');
    expect(await focused(page)).toBe('sought-for');
    await page.keyboard.type('SHIP');
    // What has it in its name goes first, and the whole name before its beginning.
    expect(await shown(page)).toEqual(['ship', 'shipyard', 'watch']);
    expect(await page.locator('#count').textContent()).toBe('3 of 4 plugins');
    await page.keyboard.type(' arr');
    expect(await shown(page)).toEqual(['watch']);
    await page.keyboard.press('Escape');
    expect(await shown(page)).toHaveLength(4);
    await page.keyboard.type('ship');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('shipyard');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).toBe('sought-for');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/few/p/ship/index.html');
    expect(await page.locator('h1').textContent()).toBe('ship');
    await page.goBack();
    expect(await page.inputValue('#sought-for')).toBe('ship');
    expect(await shown(page)).toEqual(['ship', 'shipyard', 'watch']);
    await page.goForward();
    await page.keyboard.press('/');
    await page.waitForURL('**/few/index.html#q=');
    expect(await focused(page)).toBe('sought-for');
  });
});

test('what is not found is said, with a way back, and one kind can be looked at alone', async () => {
  await visit('few/index.html#q=nosuch', async (page) => {
    expect(await page.locator('#nothing').isVisible()).toBe(true);
    expect(await page.locator('#sought').textContent()).toBe('nosuch');
    await page.getByRole('button', { name: 'Show all plugins' }).click();
    expect([await page.locator('#nothing').isVisible(), await shown(page), await focused(page)]).toEqual([
      false,
      expect.objectContaining({ length: 4 }),
      'sought-for',
    ]);
    await page.getByRole('radio', { name: 'source 1' }).check();
    expect(await shown(page)).toEqual(['watch']);
    expect(page.url()).toMatch(/#kind=source$/);
    await page.reload();
    expect(await shown(page)).toEqual(['watch']);
  });
  await visit('none/index.html', async (page) => {
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toBe('No plugins yet');
  });
});

test('a plugin page tells what its archive holds, and HTML in its README does nothing', async () => {
  await visit('few/p/ship/index.html', async (page) => {
    expect(await page.title()).toBe('ship – Acme plugins');
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['Install', 'Commands', 'Triggers', 'Configuration', 'README', 'Versions']);
    expect(await page.locator('.commands div').allTextContents()).toEqual(['tool shipShip what is ready']);
    expect(await page.locator('.chips li').allTextContents()).toEqual(['post-deploy']);
    expect(await page.locator('table th[scope=row]').allTextContents()).toEqual(['port', 'token\nrequired']);
    expect(await page.locator('details.version summary').allInnerTexts()).toEqual(['2.0.0-rc.1 prerelease', '1.1.0', '1.0.0 taken back deprecated']);
    expect(await page.locator('details[open] .sum code').allTextContents()).toEqual([sum]);
    expect(await page.locator('.prose :is(script, style, img, iframe, svg, [onerror], [onload], [style])').count()).toBe(0);
    expect(await page.locator('.prose a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
      'https://outside.example.org/b.png',
      '#readme-use',
    ]);
    await page.getByRole('link', { name: 'use' }).click();
    expect(await page.locator(':target').textContent()).toBe('Use');
    expect(await page.title()).toBe('ship – Acme plugins');
  });
});

describe('a command is copied by its button, which says so', () => {
  const COPY = 'Copy the command that installs ship';
  const LINE = 'tool plugin:install acme/ship';

  test('where the page may write to the clipboard', async () => {
    await visit('few/p/ship/index.html', async (page) => {
      await page.getByRole('button', { name: COPY }).focus();
      await page.keyboard.press('Enter');
      await page.getByText('Copied', { exact: true }).waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(LINE);
      expect(await page.getByRole('status').textContent()).toBe(`Copied: ${LINE}`);
    });
  });

  test('and selected for the reader where it may not', async () => {
    await visit('few/p/ship/index.html', async (page) => {
      await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false");
      await page.getByRole('button', { name: COPY }).click();
      await page.getByText('Selected', { exact: true }).waitFor();
      expect(await page.evaluate('String(getSelection())')).toBe(LINE);
    });
  });
});

test.each(['light', 'dark'] as const)('axe finds nothing on any page, and nothing is wider than a narrow screen: %s', async (colorScheme) => {
  const paths = ['few/index.html', 'few/index.html#q=nosuch', 'few/p/ship/index.html', 'few/404.html', 'none/index.html'];
  const look = async (page: Page): Promise<void> => {
    for (const path of paths) {
      await page.goto('about:blank');
      await page.goto(`${server.url}/${path}`);
      await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
      expect([path, await page.evaluate('document.documentElement.scrollWidth - innerWidth')]).toEqual([path, 0]);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      expect([path, violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([path, []]);
    }
  };
  // The policy of the pages would keep axe out.
  await visit('few/index.html', look, { colorScheme, viewport: { width: 360, height: 800 }, bypassCSP: true });
});

test('without a script the whole list and every page can be read, and nothing is offered that would not work', async () => {
  await visit(
    'few/index.html',
    async (page) => {
      expect(await shown(page)).toHaveLength(4);
      expect(await page.locator('#search').isVisible()).toBe(false);
      await page.getByRole('link', { name: 'ship', exact: true }).click();
      expect(await page.getByText('Ship what is ready').isVisible()).toBe(true);
      expect(await page.locator('button').filter({ visible: true }).count()).toBe(0);
      await page.getByText('1.0.0', { exact: true }).click();
      expect(await page.getByText('it leaks').isVisible()).toBe(true);
    },
    { javaScriptEnabled: false },
  );
});

test('from a disk, without a server, it works as well', async () => {
  await visit(pathToFileURL(join(box.root, 'few/index.html')).href, async (page) => {
    await page.fill('#sought-for', 'yard');
    expect(await shown(page)).toEqual(['shipyard']);
    await page.getByRole('link', { name: 'shipyard' }).click();
    expect(await page.locator('h1').textContent()).toBe('shipyard');
  });
});

test('an address where nothing is leads back to the list', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  expect((await page.goto(`${server.url}/few/p/nosuch/deep/index.html`))?.status()).toBe(404);
  expect(await page.getByRole('heading').textContent()).toBe('There is no such page');
  // Its style is its own, and applies although nothing can be fetched from there.
  expect(await page.evaluate("getComputedStyle(document.querySelector('.empty')).textAlign")).toBe('center');
  expect(await page.getByRole('link', { name: 'All plugins' }).getAttribute('href')).toBe('/');
  await context.close();
});

/** Runs in the page: how many are found of some words, and how the search compares with a bare filter of the same rows. */
const MEASURE = `(() => {
  const input = document.getElementById('sought-for');
  const list = document.getElementById('plugins');
  const items = [...list.children];
  const texts = items.map((item) => item.textContent.toLowerCase());
  const timed = (work) => {
    const started = performance.now();
    work();
    list.getBoundingClientRect();
    return performance.now() - started;
  };
  const found = {};
  let [own, bare] = [0, 0];
  for (let round = 0; round < 20; round++) {
    for (const word of ['p', 'people', 'plugin-99', 'number 7', 'nosuch', '']) {
      bare += timed(() => list.replaceChildren(...items.filter((_, index) => texts[index].includes(word))));
      own += timed(() => {
        input.value = word;
        input.dispatchEvent(new Event('input', { bubbles: true }));
      });
      // Nothing is waited for.
      found[word] = list.children.length;
    }
  }
  return { found, ratio: own / bare };
})()`;

test('of 1,000 plugins a search is answered at once, in a few times what filtering and showing the same rows takes', async () => {
  await visit('many/index.html', async (page) => {
    const { found, ratio } = await page.evaluate<{ found: Record<string, number>; ratio: number }>(MEASURE);
    expect(found).toEqual({ p: 1000, people: 500, 'plugin-99': 11, 'number 7': 271, nosuch: 0, '': 1000 });
    expect(ratio).toBeLessThan(3);
  });
});
