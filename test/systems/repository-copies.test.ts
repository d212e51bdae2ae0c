import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorLine, isUserError } from '../../src/errors.ts';
import { indexOf, Shelf } from '../support/indexes.ts';
import { serving } from '../support/serving.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const lineOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it did not fail',
    (error: unknown) => (isUserError(error) ? errorLine(error) : Promise.reject(error)),
  );

/** A server of one index, which changes when it is told to. */
async function serve(text: string) {
  let body = text;
  let answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const asked: string[] = [];
  const server = await serving((request, response) => {
    asked.push(request.headers['if-none-match'] ?? 'anything');
    if (answer) return answer(request, response);
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 8)}"`;
    response.setHeader('etag', etag);
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.setHeader('content-type', 'text/yaml').end(body);
  });
  return {
    url: `${server.url}/index.yaml`,
    asked,
    publish: (next: string): void => {
      body = next;
    },
    answers: (next: typeof answer): void => {
      answer = next;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const ONE = indexOf({ name: 'deploy', version: 'v1.0.0' });
const TWO = indexOf({ name: 'deploy', version: 'v1.1.0' }, { name: 'greet', version: 'v0.1.0' });

describe('a server is asked', () => {
  test('once, then when the copy is too old, for a change alone', async () => {
    await using server = await serve(ONE);
    using shelf = new Shelf().has({ acme: server.url });
    expect(await shelf.rows()).toEqual(['acme/deploy@v1.0.0']);
    shelf.now += HOUR - 1;
    await shelf.rows();
    expect(server.asked).toEqual(['anything']);
    shelf.now += 1;
    expect(await shelf.rows()).toEqual(['acme/deploy@v1.0.0']);
    expect(server.asked).toEqual(['anything', expect.stringMatching(/^"/)]);
    // It has been said to be the same, so that the hour begins again.
    shelf.now += HOUR - 1;
    await shelf.rows();
    expect(server.asked).toHaveLength(2);
    shelf.now += 1;
    server.publish(TWO);
    expect(await shelf.rows()).toEqual(['acme/deploy@v1.1.0', 'acme/greet@v0.1.0']);
    expect(shelf.warned()).toEqual([]);
    expect(readdirSync(shelf.at('plugins/repositories/acme')).filter((name) => name !== 'meta.json')).toHaveLength(1);
  });

  test('as often as tool.toml says, and always on a refresh', async () => {
    await using server = await serve(ONE);
    using shelf = new Shelf().has({ acme: `url = "${server.url}"\nttl = "5m"` });
    await shelf.rows();
    shelf.now += 5 * MINUTE;
    await shelf.rows();
    await shelf.rows({ refresh: true });
    expect(server.asked).toHaveLength(3);
    shelf.has({ acme: `url = "${server.url}"\nttl = "0"` });
    await shelf.rows();
    expect(server.asked).toHaveLength(4);
  });

  test('by the date of the index where it has no ETag', async () => {
    const modified = 'Wed, 21 Oct 2015 07:28:00 GMT';
    const since: (string | undefined)[] = [];
    await using server = await serve(ONE);
    server.answers((request, response) => {
      since.push(request.headers['if-modified-since']);
      response.setHeader('last-modified', modified);
      if (since.at(-1) === modified) response.writeHead(304).end();
      else response.end(ONE);
    });
    using shelf = new Shelf().has({ acme: server.url });
    await shelf.rows();
    expect(await shelf.rows({ refresh: true })).toEqual(['acme/deploy@v1.0.0']);
    expect(since).toEqual([undefined, modified]);
  });

  test('anew where tool.toml names another address, or type', async () => {
    await using server = await serve(ONE);
    await using other = await serve(TWO);
    using shelf = new Shelf().has({ acme: server.url });
    await shelf.rows();
    shelf.has({ acme: other.url });
    expect(await shelf.rows()).toEqual(['acme/deploy@v1.1.0', 'acme/greet@v0.1.0']);
    expect(other.asked).toEqual(['anything']);
    shelf.has({ acme: `url = "${other.url}"\ntype = "krew"` });
    expect(await lineOf(shelf.rows())).toContain('is of the format botkube');
  });

  test('once by two that ask at the same time', async () => {
    await using server = await serve(ONE);
    server.answers((_request, response) => setTimeout(() => response.end(TWO), 300));
    using shelf = new Shelf().has({ acme: server.url });
    const both = await Promise.all([shelf.rows(), shelf.rows()]);
    expect(both).toEqual([await shelf.rows(), await shelf.rows()]);
    expect(server.asked).toEqual(['anything']);
  });

  test('never offline', async () => {
    await using server = await serve(ONE);
    using shelf = new Shelf().has({ acme: server.url });
    expect(await lineOf(shelf.rows({ offline: true }))).toBe('There is no cached index of acme to use offline; fetch it with `tool repository:update acme`');
    await shelf.rows();
    shelf.now += 300 * DAY;
    expect(await shelf.rows({ offline: true })).toEqual(['acme/deploy@v1.0.0']);
    expect([server.asked.length, shelf.warned()]).toEqual([1, []]);
  });
});

describe('what is no index never takes the place of a copy, and one line says how old that is', () => {
  const html = '<!DOCTYPE html>\n<title>Sign in</title>';
  const bomb = `a: &a [x,x]\n${Array.from({ length: 30 }, (_, index) => `b${index}: &b${index} [*a,*a]`).join('\n')}\n`;
  const say =
    (body: string, type = 'text/plain') =>
    (_request: IncomingMessage, response: ServerResponse) =>
      response.writeHead(200, { 'content-type': type }).end(body);

  test.each<[string, (request: IncomingMessage, response: ServerResponse) => unknown, RegExp]>([
    ['404', (_, response) => response.writeHead(404).end('gone'), /the server answered 404; check the address$/],
    ['500', (_, response) => response.writeHead(500).end(), /the server answered 500; try again later, or check the network$/],
    ['a page', say(html, 'text/html'), /is an HTML page, not an index \(content type: text\/html\); /],
    ['no text', (_, response) => response.end(Buffer.from([0xff, 0xfe, 0])), /is not UTF-8 text/],
    ['another file', say('hello'), /is no index that is known; /],
    ['nothing', say(''), /is no index that is known; /],
    ['no entries', say('entries: []\n'), /has no entries/],
    ['no entry that can be read', say('entries:\n- name: x\n'), /has no usable entry: entries\[0\]: field version cannot be empty/],
    ['aliases', say(bomb), /:1: anchors and aliases \(& and \*\) are refused in an index/],
    ['nesting', say('['.repeat(20_000)), /:1: /],
    [
      'an index that says that it is too large',
      (_, response) => response.writeHead(200, { 'content-length': 1e9 }).flushHeaders(),
      /is 1000000000 bytes, more than the/,
    ],
    [
      'a body that breaks off',
      (_, response) => response.writeHead(200, { 'content-length': 100 }).write('entries:', () => response.destroy()),
      /the connection broke|of 100 bytes came/,
    ],
    ['a redirect in a circle', (request, response) => response.writeHead(302, { location: request.url }).end(), /its redirects lead in a circle/],
  ])(
    '%s',
    async (_name, answer, why) => {
      await using server = await serve(ONE);
      using shelf = new Shelf().has({ acme: server.url });
      await shelf.rows();
      shelf.now += 3 * HOUR;
      server.answers((request, response) => void answer(request, response));
      const catalogues = shelf.open();
      expect((await catalogues.rows()).flatMap(({ rows }) => rows.map(([, , version]) => version))).toEqual(['v1.0.0']);
      expect((await catalogues.find({ name: 'deploy', wish: '' })).releases).toHaveLength(1);
      const [warning, ...others] = shelf.warned();
      expect([warning, others]).toEqual([expect.stringMatching(/^The index of acme is 3 hours old: /), []]);
      expect(warning).toMatch(why);
      server.answers(undefined);
      server.publish(TWO);
      // Who was not reached is left alone for so long.
      shelf.now += MINUTE;
      expect(await shelf.rows()).toHaveLength(2);
    },
    60_000,
  );

  test('a gigabyte is not waited for', async () => {
    let sent = 0;
    await using server = await serve(ONE);
    server.answers((_request, response) => {
      const chunk = Buffer.alloc(1 << 20, 'x');
      const more = (): void => {
        if (response.destroyed || sent >= 1000) return;
        sent++;
        if (response.write(chunk)) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    using shelf = new Shelf().has({ acme: server.url });
    expect(await lineOf(shelf.rows())).toMatch(/is more than the \d+ bytes that are allowed$/);
    expect(sent).toBeLessThan(200);
    expect(readdirSync(shelf.at('plugins/repositories/acme'))).toEqual([]);
  });

  test('a server that is down', async () => {
    using shelf = new Shelf();
    {
      await using server = await serve(ONE);
      shelf.has({ acme: server.url });
      await shelf.rows();
    }
    shelf.now += 2 * DAY;
    expect(await shelf.rows()).toEqual(['acme/deploy@v1.0.0']);
    expect(shelf.warned()).toEqual([expect.stringMatching(/^The index of acme is 2 days old: Cannot download http.*: ECONNREFUSED; /)]);
  });

  test('a server that hangs, which is then left alone for a minute', async () => {
    await using server = await serve(ONE);
    using shelf = new Shelf().has({ acme: server.url });
    await shelf.rows();
    shelf.now += HOUR;
    // As long as it takes to be sure that nobody answers; two at the same time wait once.
    server.answers((_request, response) => setTimeout(() => response.writeHead(503).end(), 300));
    expect(await Promise.all([shelf.rows(), shelf.rows()])).toEqual([['acme/deploy@v1.0.0'], ['acme/deploy@v1.0.0']]);
    const down = 'The index of acme is 1 hour old: Cannot download http[^ ]*: the server answered 503';
    const leftAlone = (ago: string, left: string): string =>
      `^${down} \\(${ago} ago\\); it is asked again in ${left}; \`tool repository:update acme\` asks now$`;
    expect(shelf.warned().toSorted()).toEqual([
      expect.stringMatching(leftAlone('0 seconds', '60 seconds')),
      expect.stringMatching(`^${down}; try again later, or check the network$`),
    ]);
    shelf.now += 59_000;
    await shelf.rows();
    expect(shelf.warned()).toEqual([expect.stringMatching(leftAlone('59 seconds', '1 second'))]);
    expect(server.asked).toHaveLength(2);
    // Who asks for it is not kept from it, and it is forgotten once the server answers.
    await shelf.rows({ offline: true });
    server.answers(undefined);
    await shelf.rows({ refresh: true });
    expect(shelf.warned()).toEqual([]);
    shelf.now += HOUR;
    server.publish(TWO);
    expect(await shelf.rows()).toHaveLength(2);
    expect([server.asked.length, shelf.warned()]).toEqual([4, []]);
  });

  test('a variable that is not set', async () => {
    await using server = await serve(ONE);
    const header = 'headers = { Authorization = "Bearer ${TOKEN}" }';
    using shelf = new Shelf().has({ acme: `url = "${server.url}"\n${header}` });
    expect(await lineOf(shelf.rows())).toBe(
      'The environment variable TOKEN is not set, and the header Authorization of the repository acme needs it; export TOKEN',
    );
    expect(await shelf.rows({ env: { TOKEN: 's3cr3t' } })).toHaveLength(1);
    shelf.now += HOUR;
    expect(await shelf.rows()).toHaveLength(1);
    expect(shelf.warned()).toEqual([expect.stringMatching(/^The index of acme is 1 hour old: The environment variable TOKEN is not set/)]);
  });
});

test('headers go to the origin of the index, and their values into no file', async () => {
  const told: string[] = [];
  await using other = await serving((request, response) => {
    told.push(`other: ${request.headers['x-api-key'] ?? 'nothing'}`);
    response.end(ONE);
  });
  await using server = await serve(ONE);
  server.answers((request, response) => {
    told.push(`own: ${request.headers['x-api-key'] ?? 'nothing'}`);
    response.writeHead(302, { location: `${other.url}/i?key=s3cr3t` }).end();
  });
  using shelf = new Shelf().has({ acme: `url = "${server.url}"\nheaders.X-Api-Key = "\${KEY}"` });
  const catalogues = shelf.open({ env: { KEY: 's3cr3t' } });
  await catalogues.rows();
  expect(told).toEqual(['own: s3cr3t', 'other: nothing']);
  const files = readdirSync(shelf.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.filter(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1').includes('s3cr3t'))).toEqual([]);
  expect(catalogues.headersFor('acme', new URL('/x.tgz', server.url).href)).toEqual({ 'X-Api-Key': 's3cr3t' });
  expect(catalogues.headersFor('acme', `${other.url}/x.tgz`)).toEqual({});
  expect(catalogues.headersFor('acme', 'no address')).toEqual({});
});

describe('a copy that is damaged', () => {
  const snapshotOf = (shelf: Shelf): string => {
    const folder = shelf.at('plugins/repositories/acme');
    return join(folder, readdirSync(folder).find((name) => name.startsWith('index-')) ?? '');
  };
  const rewrite = (file: string, change: (text: string) => string): void => writeFileSync(file, change(readFileSync(file, 'utf8')));

  test.each<[string, (snapshot: string, meta: string) => unknown]>([
    ['its rows cut short', (snapshot) => truncateSync(join(snapshot, 'rows.json'), 20)],
    ['its rows of another shape', (snapshot) => rewrite(join(snapshot, 'rows.json'), (text) => text.replace('"v1.0.0"', '7'))],
    ['its releases cut short', (snapshot) => truncateSync(join(snapshot, 'releases.jsonl'), 20)],
    ['its releases of another name', (snapshot) => rewrite(join(snapshot, 'releases.jsonl'), (text) => text.replace('"deploy"', '"deplay"'))],
    ['a release with an address that is none', (snapshot) => rewrite(join(snapshot, 'releases.jsonl'), (text) => text.replace('https:', 'file::'))],
    ['of an older format', (_, meta) => rewrite(meta, (text) => text.replace('"format": 1', '"format": 0'))],
  ])('is made anew of the index that it was made of: %s', async (_name, damage) => {
    await using server = await serve(ONE);
    using shelf = new Shelf().has({ acme: server.url });
    await shelf.rows();
    damage(snapshotOf(shelf), shelf.at('plugins/repositories/acme/meta.json'));
    const found = await shelf.open({ offline: true }).find({ name: 'deploy', wish: '' });
    expect(found.releases.map(({ version }) => version)).toEqual(['v1.0.0']);
    expect(found.releases[0]?.platforms[0]?.url).toMatch(/^https:/);
    expect([server.asked.length, shelf.warned()]).toEqual([1, []]);
  });

  test.each<[string, (snapshot: string, meta: string) => unknown]>([
    ['no index that it was made of', (snapshot) => rmSync(snapshot, { recursive: true })],
    ['another index than it was made of', (snapshot) => ['index', 'rows.json'].map((name) => writeFileSync(join(snapshot, name), TWO))],
    ['a note that is no JSON', (_, meta) => truncateSync(meta, 20)],
    ['a note that names another folder', (_, meta) => rewrite(meta, (text) => text.replace(/"index-[^"]*"/, '"../../store"'))],
    ['a note that could not be sent back', (_, meta) => rewrite(meta, (text) => text.replace(/"etag": "[^\n]*/, '"etag": "\\n"'))],
    [
      'a directory for a note',
      (_, meta) => renameSync(join(meta, '..', readdirSync(join(meta, '..')).find((name) => name.startsWith('index-')) ?? ''), `${meta}`.replace(/$/, '.d')),
    ],
  ])('is fetched anew: %s', async (_name, damage) => {
    await using server = await serve(ONE);
    using shelf = new Shelf().has({ acme: server.url });
    await shelf.rows();
    damage(snapshotOf(shelf), shelf.at('plugins/repositories/acme/meta.json'));
    expect(await shelf.rows()).toEqual(['acme/deploy@v1.0.0']);
    expect(server.asked).toEqual(['anything', 'anything']);
    expect(await shelf.rows({ offline: true })).toEqual(['acme/deploy@v1.0.0']);
  });

  test('what was cut short before is cleared away', async () => {
    await using server = await serve(ONE);
    using shelf = new Shelf().has({ acme: server.url });
    await shelf.rows();
    const folder = shelf.at('plugins/repositories/acme');
    for (const name of ['.tmp-1-x', 'index-1-x']) writeFileSync(join(folder, name), 'x');
    server.publish(TWO);
    await shelf.rows({ refresh: true });
    expect(readdirSync(folder).filter((name) => name.endsWith('-x'))).toEqual([]);
  });
});

describe('an index on this machine', () => {
  test('is read when it has changed, and never else', async () => {
    using shelf = new Shelf();
    writeFileSync(shelf.at('index.yaml'), ONE);
    shelf.has({ acme: './index.yaml' });
    expect(await shelf.rows({ offline: true })).toEqual(['acme/deploy@v1.0.0']);
    const meta = readFileSync(shelf.at('plugins/repositories/acme/meta.json'), 'utf8');
    shelf.now += 300 * DAY;
    await shelf.rows();
    expect(readFileSync(shelf.at('plugins/repositories/acme/meta.json'), 'utf8')).toBe(meta);
    writeFileSync(shelf.at('index.yaml'), TWO);
    utimesSync(shelf.at('index.yaml'), 1, 1);
    expect(await shelf.rows()).toEqual(['acme/deploy@v1.1.0', 'acme/greet@v0.1.0']);
    writeFileSync(shelf.at('index.yaml'), 'hello');
    expect(await shelf.rows()).toHaveLength(2);
    rmSync(shelf.at('index.yaml'));
    expect(await shelf.rows()).toHaveLength(2);
    expect(shelf.warned()).toEqual([expect.stringContaining('is no index that is known'), expect.stringContaining('index.yaml cannot be read (ENOENT)')]);
  });

  test('is no pipe that is waited for', async () => {
    using shelf = new Shelf().has({ acme: '/dev/null' });
    expect(await lineOf(shelf.rows())).toContain('/dev/null is not a file');
    expect(existsSync(shelf.at('plugins/repositories/acme/meta.json'))).toBe(false);
  });
});

describe('a name is looked for', () => {
  async function shelves() {
    const acme = indexOf(
      { name: 'deploy', version: 'v1.0.0' },
      { name: 'deploy', version: 'v1.1.0' },
      { name: 'kube', version: 'v1.0.0' },
      { name: 'kube', version: 'v2.0.0', type: 'source' },
    );
    const other = indexOf({ name: 'deploy', version: 'v3.0.0' }, { name: 'greet', version: 'v1.0.0' });
    const shelf = new Shelf().has({ acme: 'acme.yaml', other: 'other.yaml' });
    writeFileSync(shelf.at('acme.yaml'), acme);
    writeFileSync(shelf.at('other.yaml'), other);
    return shelf;
  }

  test('in all repositories, or in one', async () => {
    using shelf = await shelves();
    const catalogues = shelf.open();
    expect(await catalogues.find({ name: 'greet', wish: '' })).toMatchObject({
      repository: 'other',
      name: 'greet',
      type: 'executor',
      releases: [{ version: 'v1.0.0' }],
    });
    expect((await catalogues.find({ repository: 'acme', name: 'deploy', wish: '^1' })).releases.map(({ version }) => version)).toEqual(['v1.0.0', 'v1.1.0']);
    expect(await catalogues.find({ name: 'kube', wish: '' }, 'source')).toMatchObject({ type: 'source', releases: [{ version: 'v2.0.0' }] });
  });

  test.each<[string, { repository?: string; name: string; wish: string }, string | undefined, string]>([
    ['in two repositories', { name: 'deploy', wish: '^1' }, undefined, 'deploy is in 2 repositories; use one of acme/deploy@^1, other/deploy@^1'],
    ['of two types', { name: 'kube', wish: '' }, undefined, 'acme/kube is of 2 types; choose one with --type: executor, source'],
    ['of another type', { name: 'greet', wish: '' }, 'source', 'No repository has a source greet; greet is of the type executor'],
    ['unknown', { name: 'deplay', wish: '' }, undefined, 'No repository has deplay; did you mean deploy? `tool plugin:search` lists all'],
    ['unknown in one', { repository: 'other', name: 'kube', wish: '' }, undefined, 'other has no kube; `tool plugin:search` lists all'],
    [
      'of an unknown repository',
      { repository: 'nope', name: 'kube', wish: '' },
      undefined,
      'There is no repository "nope"; the repositories are "acme" and "other"',
    ],
  ])('and not found: %s', async (_name, reference, type, line) => {
    using shelf = await shelves();
    expect(await lineOf(shelf.open().find(reference, type))).toBe(line);
  });

  test('past a repository that cannot be read, which is told', async () => {
    using shelf = await shelves();
    shelf.has({ acme: 'missing.yaml', other: 'other.yaml' });
    expect((await shelf.open().find({ name: 'greet', wish: '' })).repository).toBe('other');
    expect(shelf.warned()).toEqual([expect.stringMatching(/^acme is left out: .*missing\.yaml cannot be read \(ENOENT\); check the path$/)]);
    expect(await lineOf(shelf.open().find({ repository: 'acme', name: 'greet', wish: '' }))).toContain('missing.yaml cannot be read');
    shelf.has({ acme: 'missing.yaml' });
    expect(await lineOf(shelf.rows())).toContain('missing.yaml cannot be read');
    shelf.has({});
    expect(await lineOf(shelf.rows())).toBe('There are no repositories; add one with `tool repository:add NAME URL`');
  });
});
