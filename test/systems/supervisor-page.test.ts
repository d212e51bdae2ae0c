import { writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { onPath, testNeeding } from '../support/needs.ts';
import { INCREMENTER, nodeProvider, until } from '../support/providers.ts';
import { ServedHome } from '../support/served-home.ts';

const test = testNeeding('chromium');

/** What it would do, if it were read as HTML, can be told by the title. */
const HTML = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`;

const CONTENT = {
  sections: {
    params: {
      'web/region': { Name: 'web/region', Schema: { type: 'string', enum: ['north', 'south'], default: 'north' }, Description: HTML },
      'web/copies': { Name: 'web/copies', Schema: { type: 'integer', minimum: 1 } },
      'web/dry': { Name: 'web/dry', Schema: { type: 'boolean' } },
      'web/labels': { Name: 'web/labels', Schema: { type: 'object' } },
      'web/password': { Name: 'web/password', Schema: { type: 'string' }, Description: 'Of the registry' },
      'web/token': { Name: 'web/token', Secure: true, Schema: { type: 'string' } },
      'web/version': { Name: 'web/version', Schema: { type: 'string' } },
    },
  },
};
const WEB = nodeProvider(
  'web',
  {
    AvailableActions: [
      {
        Command: 'deploy',
        RequiredParams: ['web/version'],
        OptionalParams: ['web/region', 'web/copies', 'web/dry', 'web/labels', 'web/password', 'web/token'],
      },
      { Command: 'shout' },
      { Command: 'refuse' },
    ],
    OptionalParams: ['web/password'],
    Content: JSON.stringify(CONTENT),
  },
  `on.action.deploy = ({ Params }) => Params;
   on.action.refuse = () => { throw error(409, ${JSON.stringify(HTML)}); };
   on.action.shout = async () => {
     await host('POST', '/log', { Level: 'warn', Message: ${JSON.stringify(HTML)} + ' \\u001b[31mred\\u001b[0m \\u202etxt' });
     await host('POST', '/publish', { Type: 'web', Action: 'shouted', Key: ${JSON.stringify(HTML)}, Object: { text: ${JSON.stringify(HTML)}, password: 'hunter22' } });
     return ${JSON.stringify(HTML)};
   };`,
);

let home: ServedHome;
let browser: Browser;
let url: string;
beforeAll(async () => {
  if (!onPath('chromium')) return;
  home = new ServedHome();
  home.file('web', WEB);
  for (const program of [INCREMENTER, './web']) await home.run(['provider:install', program]);
  writeFileSync(home.at('tool.toml'), '[serve]\nrestart_delay = "3s"\n');
  await home.run(['instance:create', 'incr', '--provider', 'incrementer']);
  await home.run([
    'instance:create',
    'web-1',
    '--provider',
    'web',
    '--description',
    HTML,
    '--param',
    'web/password=hunter22',
    '--param',
    `note=${JSON.stringify(HTML)}`,
  ]);
  await home.run(['instance:create', 'spare', '--provider', 'web', '--no-start']);
  url = (await home.json('serve', '--ui')).page;
  browser = await startBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await home?.[Symbol.asyncDispose]();
});

/** The page in a browser that knows nothing, watched until it is left: whatever is asked of another server, or goes wrong in it, fails the test. @param expected what is told on the console */
async function visit(
  look: (page: Page) => Promise<void>,
  { at = url, expected = [], ...options }: BrowserContextOptions & { at?: string; expected?: RegExp[] } = {},
) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, reducedMotion: 'reduce', ...options });
  const trouble: string[] = [];
  context.on('request', (request) => {
    if (!request.url().startsWith(`${new URL(at).origin}/ui/`)) trouble.push(`asked for ${request.url()}`);
  });
  context.on('console', (message) => {
    if (!expected.some((pattern) => pattern.test(message.text()))) trouble.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => trouble.push(error.error().message));
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(at);
  await look(page);
  await context.close();
  expect(trouble).toEqual([]);
}

const connected = (page: Page): Promise<void> => page.getByText('Connected', { exact: true }).waitFor();
const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.textContent || document.activeElement.id');
const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
const cells = (page: Page, name: string): Promise<string[]> => row(page, name).getByRole('cell').allInnerTexts();
/** Goes on with Tab until something has the focus. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let count = 0; count < 60; count++) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === text) return;
  }
  throw new Error(`Tab does not get to ${text}`);
}
const isTitleKept = async (page: Page): Promise<void> => expect(await page.title()).not.toBe('run');

test('by the keyboard alone: from the list to an instance, an action through its form, its result and its log, and a restart', {
  timeout: 120_000,
}, async () => {
  await visit(async (page) => {
    await connected(page);
    // The token is in neither the address nor the history.
    expect(new URL(page.url()).hash).toBe('#/');
    expect(await cells(page, 'incr')).toEqual(['incrementer', 'running', expect.stringMatching(/^\d/), '0', '–', expect.stringContaining('Restart')]);
    expect(await cells(page, 'spare')).toEqual(['web', 'created', '–', '0', '–', expect.stringContaining('Start')]);
    expect(await page.locator('#summary').textContent()).toBe('2 of 3 running');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await tabTo(page, 'incr');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Actions' }).waitFor();
    expect([await focused(page), await page.title()]).toEqual(['incr', 'incr – tool']);
    await tabTo(page, 'increment on machines');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('m1');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.type')).toBe('number');
    await page.keyboard.type('5');
    await page.keyboard.press('Enter');
    await page.getByText(/^Done in \d+ ms$/).waitFor();
    expect(await page.getByRole('group', { name: 'Result of increment' }).textContent()).toBe('5');
    await page.getByRole('log').getByText('m1 is at 5').waitFor();
    expect(await home.run(['action:run', 'increment', '--model', 'machines', '--id', 'm1'])).toMatchObject({ stdout: '6\n' });
    await page.getByRole('log').getByText('m1 is at 6').waitFor();
    // The log can be searched.
    await page.getByLabel('Show lines with').fill('AT 6');
    expect(await page.locator('.line:visible').count()).toBe(1);
    const before = (await home.json('instance:status', 'incr')).pid;
    await page.getByRole('button', { name: 'Restart incr', exact: true }).focus();
    await page.keyboard.press('Enter');
    await until(
      () => home.json('instance:status', 'incr'),
      ({ state, pid }) => state === 'running' && pid !== before,
    );
    await page.locator('#view-instance .state', { hasText: 'running' }).waitFor();
    expect(await focused(page)).toBe('Restart');
    // What was stopped is not started with the supervisor, as by the command.
    await page.getByRole('button', { name: 'Stop incr', exact: true }).press('Enter');
    await page.locator('#view-instance .state', { hasText: 'stopped' }).waitFor();
    await page.locator('.facts div', { hasText: 'Starts with the supervisor' }).getByText('no').waitFor();
    expect(await home.json('instance:show', 'incr')).toMatchObject({ wanted: false });
    await page.getByRole('button', { name: 'Stop incr', exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Start incr', exact: true }).press('Enter');
    await page.locator('#view-instance .state', { hasText: 'running' }).waitFor();
    await page.goBack();
    expect(await page.title()).toBe('Instances – tool');
    // One that is made meanwhile appears, and one that is gone does not stay.
    await home.run(['instance:create', 'another', '--provider', 'web', '--no-start']);
    await row(page, 'another').waitFor();
    await home.run(['instance:destroy', 'another']);
    await row(page, 'another').waitFor({ state: 'detached' });
  });
});

test('a form is made of the schemas, says what is wrong where it is, and gives what was typed', { timeout: 120_000 }, async () => {
  await visit(async (page) => {
    await page.getByRole('link', { name: 'web-1' }).click();
    await page.getByText('deploy', { exact: true }).click();
    const field = (name: string) => page.getByLabel(name);
    expect(await field('web/region').locator('option').allTextContents()).toEqual(['Not given', 'north', 'south']);
    expect(await field('web/password').getAttribute('type')).toBe('password');
    expect(await page.getByLabel('web/token').count()).toBe(0);
    await page.getByText('A secret that is taken from the object').waitFor();
    const run = page.getByRole('button', { name: 'Run', exact: true });
    await run.click();
    // What only the provider can tell is told by the supervisor.
    await page.getByText('Action deploy Missing Parameter web/version').first().waitFor();
    expect(await field('web/version').getAttribute('aria-invalid')).toBe('true');
    await field('web/version').fill('v2');
    await field('web/labels').fill('{"a"');
    await run.click();
    await page.getByText(/^this is no JSON/).waitFor();
    expect(await page.evaluate('document.activeElement.getAttribute("aria-describedby")')).toMatch(/problem/);
    await field('web/labels').fill('{"a": [1, "two"]}');
    await field('web/copies').fill('0');
    await run.click();
    expect(await field('web/copies').getAttribute('aria-invalid')).toBe('true');
    await field('web/copies').fill('3');
    await field('web/region').selectOption('south');
    await field('web/dry').selectOption('false');
    await field('web/password').fill('of-the-registry');
    await run.click();
    await page.getByText(/^Done in/).waitFor();
    expect(JSON.parse((await page.getByRole('group', { name: 'Result of deploy' }).textContent()) ?? '')).toEqual({
      'web/version': 'v2',
      'web/labels': { a: [1, 'two'] },
      'web/copies': 3,
      'web/region': 'south',
      'web/dry': false,
      'web/password': 'of-the-registry',
    });
    // Secrets of the instance are not shown.
    await page.getByText('Parameters (2)').click();
    expect(await page.locator('.params').textContent()).toContain('web/password********');
    expect(await page.content()).not.toContain('hunter22');
  });
});

test('events appear as they happen, pass a filter, wait while the list is paused, and hide secrets; what others write is text', {
  timeout: 120_000,
}, async () => {
  await visit(
    async (page) => {
      await page.getByRole('link', { name: 'Events' }).click();
      await until(
        async () => (await home.json('serve:status')).subscribers.length,
        (length) => length > 0,
      );
      await home.run(['action:run', 'shout']);
      const item = page.getByRole('listitem').filter({ hasText: 'web.shouted' });
      await item.waitFor();
      expect(await item.textContent()).toContain(`web.shouted ${HTML} web-1`);
      await item.locator('summary').press('Enter');
      expect(await item.locator('pre').textContent()).toBe(JSON.stringify({ text: HTML, password: '********' }, null, 2));
      await page.getByLabel('Filter').fill('web.*shouted');
      await page.keyboard.press('Enter');
      await page.getByText('is no filter of events').waitFor();
      await page.getByLabel('Filter').fill('plugins.configed.spare');
      await page.keyboard.press('Enter');
      await until(
        async () => page.getByLabel('Filter').getAttribute('aria-invalid'),
        (invalid) => invalid === null,
      );
      await until(
        async () => (await home.json('serve:status')).subscribers.length,
        (length) => length > 0,
      );
      await page.getByRole('button', { name: 'Pause' }).press('Enter');
      await home.run(['action:run', 'shout']);
      await home.run(['instance:start', 'spare']);
      await page.getByText('0 events; paused, 1 more').waitFor();
      expect(await page.getByRole('listitem').count()).toBe(0);
      await page.getByRole('button', { name: 'Go on' }).press('Enter');
      expect(await page.getByRole('listitem').allInnerTexts()).toEqual([expect.stringContaining('plugins.configed spare')]);
      await page.getByRole('button', { name: 'Clear' }).press('Enter');
      expect(await page.getByRole('listitem').count()).toBe(0);
      await home.run(['instance:stop', 'spare']);

      await page.goto(`${url.replace(/#.*/, '')}#/instances/web-1`);
      const line = page.getByRole('log').locator('.line', { hasText: 'onerror' }).first();
      await line.waitFor();
      // No colours of terminals, and nothing that turns the direction of writing.
      expect(await line.textContent()).toMatch(/ red \?txt$/);
      expect(await page.getByText(HTML).count()).toBeGreaterThan(1);
      await page.getByText('refuse', { exact: true }).click();
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.locator('.told', { hasText: HTML }).waitFor();
      expect(await page.locator('main :is(img, script)').count()).toBe(0);
      await isTitleKept(page);
    },
    // The filter that is none.
    { expected: [/status of 400/] },
  );
});

test('an instance that is killed is shown to be, and to run again; somebody who does not look is told', { timeout: 120_000 }, async () => {
  await visit(async (page) => {
    await connected(page);
    await page.evaluate(`{
      globalThis.heard = [];
      new MutationObserver(() => heard.push(document.getElementById('said').textContent)).observe(document.getElementById('said'), { childList: true, subtree: true });
    }`);
    await row(page, 'web-1').getByText('running').waitFor();
    process.kill((await home.json('instance:status', 'web-1')).pid, 'SIGKILL');
    await row(page, 'web-1').getByText('restarting').waitFor();
    await row(page, 'web-1').getByText('it ended with signal 9').waitFor();
    await row(page, 'web-1').getByText('running').waitFor();
    expect((await cells(page, 'web-1'))[3]).toBe('1');
    expect(await page.evaluate('heard')).toEqual(['web-1 is restarting', 'web-1 is running']);
  });
});

/** Stands between the page and the supervisor, and can be cut. */
class Cable {
  readonly #sockets = new Set<Socket>();
  readonly #port: number;
  #server: Server | undefined;
  port = 0;

  constructor(port: number) {
    this.#port = port;
  }

  async plugIn(): Promise<void> {
    const server = createServer((socket) => {
      const other = connect(this.#port, '127.0.0.1');
      for (const [one, two] of [
        [socket, other],
        [other, socket],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => {});
        one.on('close', () => two.destroy());
        one.pipe(two);
      }
    });
    this.#server = server;
    await new Promise<void>((done) => server.listen(this.port, '127.0.0.1', done));
    this.port = (server.address() as { port: number }).port;
  }

  async cut(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await new Promise((done) => this.#server?.close(done));
  }
}

test('a connection that breaks off is made again, and the page says so all the while', { timeout: 120_000 }, async () => {
  const cable = new Cable(Number(new URL(url).port));
  await cable.plugIn();
  const look = async (page: Page): Promise<void> => {
    await connected(page);
    await cable.cut();
    await page.getByText(/^Connection lost, trying again in \d+s$/).waitFor();
    await page.getByRole('button', { name: 'Stop web-1', exact: true }).press('Enter');
    await page.getByRole('alert').getByText('Cannot stop web-1: the supervisor cannot be reached').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).press('Enter');
    await cable.plugIn();
    await page.getByRole('button', { name: 'Try now' }).press('Enter');
    await connected(page);
    expect((await home.json('instance:status', 'web-1')).state).toBe('running');
  };
  await visit(look, { at: url.replace(/:\d+/, `:${cable.port}`), expected: [/net::ERR_/] });
  await cable.cut();
});

test('without its token, with a wrong one and with that of a supervisor that has ended nothing is shown, and why', { timeout: 120_000 }, async () => {
  const base = url.replace(/#.*/, '');
  const refused = { expected: [/status of 401/] };
  await visit(
    async (page) => {
      await page.getByText('There is none in the address.').waitFor();
      expect(await page.getByRole('row').count()).toBe(0);
      expect(await focused(page)).toBe('This page needs its token');
      await page.getByLabel('Address or token').fill('wrong');
      await page.keyboard.press('Enter');
      await page.getByText('The token in the address was not accepted').waitFor();
      await page.getByLabel('Address or token').fill(url);
      await page.keyboard.press('Enter');
      await row(page, 'incr').waitFor();
      // The tab keeps it, and no other has it.
      await page.reload();
      await row(page, 'incr').waitFor();
      const other = await page.context().newPage();
      await other.goto(base);
      await other.getByText('There is none in the address.').waitFor();
    },
    { at: base, ...refused },
  );
  await visit(async (page) => void (await page.getByText('The token in the address was not accepted').waitFor()), { at: `${base}#token=wrong`, ...refused });
  await visit(
    async (page) => {
      await connected(page);
      await home.run(['serve:stop']);
      await page.getByText(/^Connection lost/).waitFor();
      url = (await home.json('serve', '--ui', '--listen', new URL(url).host)).page;
      await page.getByText('of a supervisor that has ended since').waitFor();
      // The address of the new one, in the same tab.
      await page.goto(url);
      await row(page, 'incr').waitFor();
    },
    // One that is ending answers with 503.
    { expected: [/status of (401|503)/, /net::ERR_/] },
  );
  expect(await home.run(['serve:ui'])).toMatchObject({ stdout: `${url}\n`, status: 0 });
});

test.each(['light', 'dark'] as const)(
  'axe finds nothing in any view, and nothing is wider than a narrow screen: %s',
  { timeout: 120_000 },
  async (colorScheme) => {
    const look = async (page: Page): Promise<void> => {
      for (const [view, shown] of [
        ['#/', 'spare'],
        ['#/instances/web-1', 'Show lines with'],
        ['#/instances/nosuch', 'There is no instance nosuch'],
        ['#/events', 'Nothing has happened since'],
      ] as const) {
        await page.evaluate(`location.hash = '${view}'`);
        await page.locator('section:visible').getByText(shown).waitFor();
        await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
        for (const width of [1200, 320]) {
          await page.setViewportSize({ width, height: 800 });
          expect([view, width, await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')]).toEqual([view, width, 0]);
          await page.evaluate(axe.source);
          const { violations } = await page.evaluate<AxeResults>('axe.run()');
          expect([view, width, violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([view, width, []]);
        }
      }
      expect(await page.evaluate("getComputedStyle(document.querySelector('header')).animationName")).toBe('none');
    };
    // The policy of the page would keep axe out.
    await visit(look, { colorScheme, bypassCSP: true, expected: [/status of 404/] });
  },
);
