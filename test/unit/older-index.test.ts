import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCatalogue } from '../../src/catalogue/read-catalogue.ts';
import type { SearchRow } from '../../src/catalogue/search.ts';
import { keyFilePath } from '../../src/home/trusted-key-files.ts';
import { type IndexAge, type Order, pastOf, type StandingAge, whyOlder } from '../../src/repositories/older.ts';
import { indexSigner } from '../../src/sources/catalogue/index-signature.ts';
import { Repository } from '../support/git.ts';
import { indexOf, krewManifest, Shelf } from '../support/indexes.ts';
import { type Serving, serving } from '../support/serving.ts';
import { SshSigner } from '../support/signers.ts';

const rows = (...words: string[]): SearchRow[] =>
  words.map((word) => {
    const [name = '', version = ''] = word.split(' ');
    return [name, 'executor', version, '', ''];
  });
const age = (more: Partial<Omit<IndexAge, 'rows'>> & { has?: string[] } = {}): IndexAge => ({ state: 'b', rows: () => more.has && rows(...more.has), ...more });
const stood = (more: Parameters<typeof age>[0] & { past?: string[] } = {}): StandingAge => ({ ...age({ state: 'a', ...more }), past: more.past ?? [] });

const FIRST = '2026-01-01T00:00:00.000Z';
const SECOND = '2026-02-01T00:00:00.000Z';

describe('an index is older', () => {
  test.each<[what: string, before: StandingAge, now: IndexAge, why: string, order?: Order]>([
    ['by its serial', stood({ stated: { serial: 7 } }), age({ stated: { serial: 4 } }), 'its serial is 4, and was 7'],
    [
      'by the time that it states',
      stood({ stated: { generated: SECOND } }),
      age({ stated: { generated: FIRST } }),
      `it is of ${FIRST}, and the other ${SECOND}`,
    ],
    ['by its signature', stood({ signedAt: SECOND }), age({ signedAt: FIRST }), `it was signed ${FIRST}, and the other ${SECOND}`],
    ['by its commit', stood(), age({ has: ['new 1.0.0'] }), 'by git', { older: 'by git' }],
    ['where it stood here before', stood({ past: ['x', 'b', 'y'] }), age({ has: ['new 1.0.0'] }), 'it is one that another has replaced here'],
    ['at a lower version', stood({ has: ['ship 1.10.0'] }), age({ has: ['ship 1.9.0'] }), 'nothing in it is newer; ship is at 1.9.0, and was at 1.10.0'],
    ['without a plugin', stood({ has: ['ship 1.0.0', 'sail 1.0.0'] }), age({ has: ['ship 1.0.0'] }), 'nothing in it is newer; sail is gone'],
    [
      'without many',
      stood({ has: ['a 2022.01.02', 'b 1.0.0', 'c 1.0.0', 'd 1.0.0', 'e 1.0.0'] }),
      age({ has: ['a 2022.01.01'] }),
      'nothing in it is newer; a is at 2022.01.01, and was at 2022.01.02, b is gone, c is gone, and 2 others',
    ],
    [
      'by its date',
      stood({ lastModified: 'Sun, 01 Feb 2026 00:00:00 GMT', has: ['ship 1.0.0'] }),
      age({ lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT', has: ['ship 1.0.0'] }),
      'its server dates it Thu, 01 Jan 2026 00:00:00 GMT, and dated the other Sun, 01 Feb 2026 00:00:00 GMT',
    ],
  ])('%s', (_, before, now, why, order) => {
    expect(whyOlder(before, now, order)).toBe(why);
    // What states its age goes before all that is only a sign of it.
    if (now.stated === undefined) expect(whyOlder({ ...before, stated: { serial: 1 } }, { ...now, stated: { serial: 2 } }, order)).toBeUndefined();
  });

  test.each<[what: string, before: StandingAge, now: IndexAge, order?: Order]>([
    ['the same', stood({ state: 'b', stated: { serial: 7 } }), age({ stated: { serial: 4 } })],
    ['a higher serial, and less in it', stood({ stated: { serial: 7 }, has: ['ship 2.0.0'] }), age({ stated: { serial: 8 }, has: ['ship 1.0.0'] })],
    ['signed later, and less in it', stood({ signedAt: FIRST, has: ['ship 2.0.0'] }), age({ signedAt: SECOND, has: ['ship 1.0.0'] })],
    ['a later commit, and less in it', stood({ has: ['ship 2.0.0'] }), age({ has: ['ship 1.0.0'] }), 'newer'],
    ['something new, and less besides', stood({ has: ['ship 2.0.0', 'sail 1.0.0'] }), age({ has: ['ship 1.0.0', 'row 0.1.0'] })],
    [
      'something newer, and an older date',
      stood({ lastModified: 'Sun, 01 Feb 2026 00:00:00 GMT', has: ['ship 1.0.0'] }),
      age({ lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT', has: ['ship 1.1.0'] }),
    ],
    ['versions without an order', stood({ has: ['ship nightly'] }), age({ has: ['ship weekly'] })],
    ['the same with another description', stood({ has: ['ship 1.0.0'] }), age({ has: ['ship 1.0.0'] })],
    ['a copy of which nothing is known', stood({ state: undefined }) as StandingAge, age({ has: ['ship 1.0.0'] })],
  ])('not: %s', (_, before, now, order) => {
    expect(whyOlder(before, now, order)).toBeUndefined();
  });

  test('what was replaced is remembered, up to what comes again', () => {
    expect(pastOf(stood(), 'b', false)).toEqual(['a']);
    expect(pastOf(stood({ past: ['x', 'y'] }), 'b', false)).toEqual(['x', 'y', 'a']);
    expect(pastOf(stood({ past: ['x', 'y'] }), 'y', true)).toEqual(['x']);
    expect(pastOf(stood({ past: ['x', 'y'] }), 'b', true)).toEqual([]);
    expect(pastOf(stood({ past: ['x', 'y'] }), 'a', false)).toEqual(['x', 'y']);
    const many = Array.from({ length: 60 }, (_, index) => String(index));
    expect(pastOf(stood({ past: many }), 'b', false)).toEqual([...many.slice(11), 'a']);
  });
});

test('an index states its age by a serial, or a time', async () => {
  const ageIn = async (head: string) => {
    const { age: stated, problems, releases } = await readCatalogue(`${head}\n${indexOf({ name: 'ship', version: '1.0.0' })}`, { origin: 'it', name: 'acme' });
    return { stated, told: problems.map(({ text }) => text), count: releases.length };
  };
  expect(await ageIn('serial: 12\ngenerated: 2026-01-01T01:00:00+01:00')).toEqual({ stated: { serial: 12, generated: FIRST }, told: [], count: 1 });
  expect(await ageIn('generated: "2026-01-01"')).toEqual({ stated: { generated: FIRST }, told: [], count: 1 });
  expect(await ageIn('serial: x1\ngenerated: yesterday')).toEqual({
    stated: undefined,
    told: ['field serial of the index is no whole number', 'field generated of the index is no time'],
    count: 1,
  });
  expect(await ageIn('generated: 2026-13-01')).toMatchObject({ stated: undefined });
});

describe('a repository', () => {
  let shelf: Shelf;
  let folder: string;
  beforeEach(() => {
    shelf = new Shelf();
    folder = mkdtempSync(join(tmpdir(), 'tool-older-'));
  });
  afterEach(() => {
    shelf[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const settings = (url: string, policy?: string): void =>
    writeFileSync(shelf.at('tool.toml'), `${policy === undefined ? '' : `[trust]\npolicy = "${policy}"\n`}[repositories.acme]\nurl = "${url}"\n`);
  const look = (options = {}): Promise<string[]> => shelf.rows({ refresh: true, signerOf: indexSigner(shelf.home), ...options });
  const versions = (...all: string[]): string => indexOf(...all.map((version) => ({ name: 'ship', version })));

  /** What `trust:add` does. */
  function trusts(key: string, text: string): void {
    mkdirSync(shelf.at('trust/all'), { recursive: true });
    writeFileSync(keyFilePath(shelf.home, key), text);
  }

  /** A server of one index and what is beside it. */
  async function served(): Promise<Serving & { files: Map<string, string>; modified: string | undefined }> {
    const files = new Map<string, string>();
    const server = await serving((request, response) => {
      const body = files.get(request.url ?? '');
      if (world.modified !== undefined) response.setHeader('last-modified', world.modified);
      // As many servers do: what is not newer than what is asked about has not changed.
      const since = request.headers['if-modified-since'];
      const isKnown = since !== undefined && world.modified !== undefined && Date.parse(world.modified) <= Date.parse(since);
      response.writeHead(body === undefined ? 404 : isKnown ? 304 : 200).end(isKnown ? '' : body);
    });
    const world = Object.assign(server, { files, modified: undefined as string | undefined });
    return world;
  }

  test('over HTTP: what stood here before is warned of, refused where signatures are required, and nobody’s business with "off"', async () => {
    await using server = await served();
    const publish = (text: string) => void server.files.set('/index.yaml', text);
    const replayed = (told: string) => `acme has an older index now than the one before it: ${told}`;
    settings(`${server.url}/index.yaml`);
    for (const all of [['1.0.0'], ['1.0.0', '1.1.0'], ['1.0.0', '1.1.0', '1.2.0']]) {
      publish(versions(...all));
      await look();
    }
    expect(shelf.warned()).toEqual([]);
    publish(versions('1.0.0', '1.1.0'));
    expect(await look()).toEqual(['acme/ship@1.1.0']);
    expect(shelf.warned()).toEqual([replayed('it is one that another has replaced here')]);
    // Forward again is no step back.
    publish(versions('1.0.0', '1.1.0', '1.2.0'));
    expect(await look()).toEqual(['acme/ship@1.2.0']);
    expect(shelf.warned()).toEqual([]);

    settings(`${server.url}/index.yaml`, 'require');
    publish(versions('1.0.0'));
    const hint = 'ask its publisher; `tool repository:update acme --accept-older` takes it';
    const refused = [`The index of acme is 0 seconds old: ${replayed('it is one that another has replaced here')}; ${hint}`];
    for (const _ of [1, 2]) {
      expect(await look()).toEqual(['acme/ship@1.2.0']);
      expect(shelf.warned()).toEqual(refused);
    }
    publish(versions('1.0.0', '1.1.5'));
    expect(await look()).toEqual(['acme/ship@1.2.0']);
    expect(shelf.warned()).toEqual([expect.stringContaining('nothing in it is newer; ship is at 1.1.5, and was at 1.2.0; ask')]);
    expect(await look({ acceptOlder: true })).toEqual(['acme/ship@1.1.5']);
    expect(await look()).toEqual(['acme/ship@1.1.5']);
    expect(shelf.warned()).toEqual([]);

    settings(`${server.url}/index.yaml`, 'off');
    publish(versions('1.0.0'));
    expect(await look()).toEqual(['acme/ship@1.0.0']);
    expect(shelf.warned()).toEqual([]);
  });

  test('over HTTP: an older one that its server keeps back is had when it is asked for', async () => {
    await using server = await served();
    settings(`${server.url}/index.yaml`, 'require');
    server.files.set('/index.yaml', versions('1.0.0', '1.1.0'));
    server.modified = 'Sun, 01 Feb 2026 00:00:00 GMT';
    await look();
    server.files.set('/index.yaml', versions('1.0.0'));
    server.modified = 'Thu, 01 Jan 2026 00:00:00 GMT';
    expect(await look()).toEqual(['acme/ship@1.1.0']);
    expect(shelf.warned()).toEqual([]);
    expect(await look({ acceptOlder: true })).toEqual(['acme/ship@1.0.0']);
  });

  test('a copy that is damaged is not made of an older index', async () => {
    await using server = await served();
    settings(`${server.url}/index.yaml`, 'require');
    server.files.set('/index.yaml', `serial: 2\n${versions('1.0.0')}`);
    await look();
    const copy = shelf.at('plugins/repositories/acme');
    for (const name of readdirSync(copy).filter((one) => one.startsWith('index-'))) rmSync(join(copy, name), { recursive: true });
    server.files.set('/index.yaml', `serial: 1\n${versions('1.0.0')}`);
    await expect(look()).rejects.toThrow('acme has an older index now than the one before it: its serial is 1, and was 2');
    server.files.set('/index.yaml', `serial: 3\n${versions('0.1.0')}`);
    expect(await look()).toEqual(['acme/ship@0.1.0']);
    expect(shelf.warned()).toEqual([]);
  });

  test('over HTTP, signed: an older one is refused whatever the policy, by the time of its signature or by what is in it', async () => {
    await using server = await served();
    const keys = generateKeyPairSync('ed25519');
    const id = Buffer.from('0102030405060708', 'hex');
    const minisig = (text: string, at: string): string => {
      const signature = sign(null, Buffer.from(text), keys.privateKey);
      const comment = `timestamp:${Date.parse(at) / 1000}\tfile:index.yaml`;
      const global = sign(null, Buffer.concat([signature, Buffer.from(comment)]), keys.privateKey);
      const line = Buffer.concat([Buffer.from('Ed'), id, signature]).toString('base64');
      return `untrusted comment: x\n${line}\ntrusted comment: ${comment}\n${global.toString('base64')}\n`;
    };
    const publicKey = Buffer.concat([Buffer.from('Ed'), id, Buffer.from(keys.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')]);
    trusts('minisign:0807060504030201', `${publicKey.toString('base64')}\n`);
    settings(`${server.url}/index.yaml`);
    const publish = (text: string, at: string) => void server.files.set('/index.yaml', text).set('/index.yaml.minisig', minisig(text, at));
    publish(versions('1.0.0'), SECOND);
    await look();
    publish(versions('1.1.0'), FIRST);
    expect(await look()).toEqual(['acme/ship@1.0.0']);
    expect(shelf.warned()).toEqual([expect.stringContaining(`it was signed ${FIRST}, and the other ${SECOND}; ask its publisher`)]);
    // What was taken back on purpose is signed later.
    publish(versions('0.9.0'), '2026-03-01T00:00:00Z');
    expect(await look()).toEqual(['acme/ship@0.9.0']);
    // Who takes the signature away takes its time away.
    server.files.delete('/index.yaml.minisig');
    server.files.set('/index.yaml', versions('0.8.0'));
    expect(await look()).toEqual(['acme/ship@0.9.0']);
    expect(shelf.warned()).toEqual([expect.stringContaining('ship is at 0.8.0, and was at 0.9.0')]);
    server.files.set('/index.yaml', versions('1.2.0'));
    await look();
    server.files.set('/index.yaml', versions('1.1.0'));
    expect(await look()).toEqual(['acme/ship@1.2.0']);
    shelf.warned();
    expect(await look({ acceptOlder: true })).toEqual(['acme/ship@1.1.0']);
    server.files.set('/index.yaml', versions('1.0.5'));
    expect(await look()).toEqual(['acme/ship@1.0.5']);
    expect(shelf.warned()).toEqual([expect.stringContaining('ship is at 1.0.5')]);
  });

  test('in git: a commit from before is older, whichever of it is here; clocks that differ are no step back', async () => {
    const index = new Repository(join(folder, 'krew'));
    const publish = (version: string, at: string): string => {
      index.commit({ 'plugins/ship.yaml': krewManifest('ship', version) });
      index.git('commit', '-q', '--amend', '--no-edit', '--date', at, '--reset-author');
      return index.git('rev-parse', 'HEAD');
    };
    const dated = (at: string, action: () => string): string => {
      process.env.GIT_COMMITTER_DATE = at;
      try {
        return action();
      } finally {
        delete process.env.GIT_COMMITTER_DATE;
      }
    };
    const first = dated(FIRST, () => publish('v1.0.0', FIRST));
    dated(SECOND, () => publish('v1.1.0', SECOND));
    settings(`file://${index.path}`, 'require');
    expect(await look()).toEqual(['acme/ship@v1.1.0']);
    // A later commit whose clock is behind.
    const third = dated('2026-01-15T00:00:00Z', () => publish('v1.2.0', FIRST));
    expect(await look()).toEqual(['acme/ship@v1.2.0']);
    expect(shelf.warned()).toEqual([]);
    index.git('reset', '-q', '--hard', first);
    const told = `its commit ${first.slice(0, 12)} is of ${FIRST} and does not come after ${third.slice(0, 12)} of 2026-01-15T00:00:00.000Z`;
    expect(await look()).toEqual(['acme/ship@v1.2.0']);
    expect(shelf.warned()).toEqual([expect.stringContaining(`acme has an older index now than the one before it: ${told}; ask`)]);
    // The history that is asked for is that of the copy, and with it here the answer is the same.
    const found = await shelf.open().find({ repository: 'acme', name: 'ship', wish: '^1' });
    expect(found.releases.map(({ version }) => version)[0]).toBe('v1.2.0');
    expect(await look()).toEqual(['acme/ship@v1.2.0']);
    expect(shelf.warned()).toEqual([expect.stringContaining(told)]);
    expect(await look({ acceptOlder: true })).toEqual(['acme/ship@v1.0.0']);
    index.git('reset', '-q', '--hard', third);
    expect(await look()).toEqual(['acme/ship@v1.2.0']);
    expect(shelf.warned()).toEqual([]);
  });

  test('in git, signed: an older commit is refused whatever the policy', async () => {
    const alice = new SshSigner(join(folder, 'keys'), 'alice');
    trusts(alice.key, alice.publicKey);
    const index = new Repository(join(folder, 'krew'));
    for (const [version, at] of [
      ['v1.0.0', FIRST],
      ['v1.1.0', SECOND],
    ] as const) {
      index.commit({ 'plugins/ship.yaml': krewManifest('ship', version) });
      process.env.GIT_COMMITTER_DATE = at;
      index.git(...alice.gitWords, 'commit', '-q', '-S', '--amend', '--no-edit');
      delete process.env.GIT_COMMITTER_DATE;
    }
    settings(`file://${index.path}`);
    expect(await look()).toEqual(['acme/ship@v1.1.0']);
    index.git('reset', '-q', '--hard', 'HEAD~1');
    expect(await look()).toEqual(['acme/ship@v1.1.0']);
    expect(shelf.warned()).toEqual([expect.stringContaining('acme has an older index now than the one before it: its commit')]);
  });

  test('on this machine: a file by its bytes and what is in it, a directory by what is in it', async () => {
    const file = join(folder, 'index.yaml');
    settings(file, 'require');
    for (const version of ['1.0.0', '1.1.0']) {
      writeFileSync(file, versions(version));
      await look();
    }
    writeFileSync(file, versions('1.0.0'));
    expect(await look()).toEqual(['acme/ship@1.1.0']);
    expect(shelf.warned()).toEqual([expect.stringContaining('it is one that another has replaced here')]);
    expect(await look({ acceptOlder: true })).toEqual(['acme/ship@1.0.0']);

    mkdirSync(join(folder, 'manifests/plugins'), { recursive: true });
    const manifest = (version: string) => writeFileSync(join(folder, 'manifests/plugins/ship.yaml'), krewManifest('ship', version));
    settings(join(folder, 'manifests'), 'require');
    manifest('v1.1.0');
    await look();
    manifest('v1.0.0');
    expect(await look()).toEqual(['acme/ship@v1.1.0']);
    expect(shelf.warned()).toEqual([expect.stringContaining('nothing in it is newer; ship is at v1.0.0, and was at v1.1.0')]);
  });
});
