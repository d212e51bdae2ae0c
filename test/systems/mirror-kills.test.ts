import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tarGz } from '../support/archives.ts';
import { type AuthorServer, authorServer } from '../support/author-server.ts';
import { sha256 } from '../support/digests.ts';
import { type S3Server, s3Environment, s3Server } from '../support/s3-server.ts';
import { ending, Sandbox } from '../support/sandbox.ts';

const KILLS = Number(process.env.KILLS ?? 40);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const PACKAGES = 12;
const FILE = 'external/addon-registry.json';

let box: Sandbox;
let author: AuthorServer;
let bucket: S3Server;
beforeAll(async () => {
  box = Sandbox.prepared();
  author = await authorServer();
  bucket = await s3Server();
  const versions = Array.from({ length: PACKAGES }, (_, index) => `1.${index}.0`);
  for (const version of versions) author.files.set(`/k-${version}.tar.gz`, tarGz([{ name: 'content', body: version.repeat(50_000) }]));
  const entries = versions.map((version) => ({ version, url: `${author.url}/k-${version}.tar.gz`, kurlVersionCompatibilityRange: '>= v2022.10.05-0' }));
  author.files.set('/versions.json', JSON.stringify(entries));
  await box.run(['addon:source:add', 'kotsadm', `${author.url}/versions.json`]);
});
afterAll(async () => {
  box[Symbol.dispose]();
  await author[Symbol.asyncDispose]();
  await bucket[Symbol.asyncDispose]();
});

/** A number from 0 up to, and without, 1, by the seed. */
let state = SEED;
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

const mirrors = {
  'a directory': {
    argv: ['addon:mirror', '--to', 'm'],
    clear: () => rmSync(join(box.root, 'm'), { recursive: true, force: true }),
    read: (key: string) => (existsSync(join(box.root, 'm', key)) ? readFileSync(join(box.root, 'm', key)) : undefined),
  },
  'a bucket': {
    argv: ['addon:mirror', '--to', 's3://mirror', '--endpoint', ''],
    clear: () => bucket.objects.clear(),
    read: (key: string) => bucket.objects.get(key),
  },
};
type Mirror = (typeof mirrors)[keyof typeof mirrors];
const start = ({ argv }: Mirror) => box.start([...argv.slice(0, -1), argv.at(-1) || bucket.url], { env: s3Environment() });

/** What the registry names is there, with the bytes that it says. @returns how many releases it names */
function checked({ read }: Mirror, seen: Map<string, string>): number {
  const { kotsadm = [] } = JSON.parse(read(FILE)?.toString() ?? '{}') as { kotsadm?: { key: string; sha256Sum: string }[] };
  for (const { key, sha256Sum } of kotsadm) {
    expect(sha256(read(key) ?? '')).toBe(sha256Sum);
    expect(seen.get(key) ?? sha256Sum).toBe(sha256Sum);
    seen.set(key, sha256Sum);
  }
  return kotsadm.length;
}

test.each(Object.entries(mirrors))(
  `%s, killed at random instants (SEED=${SEED}), names nothing that is missing, and nothing ever changes`,
  {
    timeout: 60_000 + KILLS * 5000,
  },
  async (_, mirror) => {
    const seen = new Map<string, string>();
    let died = 0;
    for (let kill = 0; kill < KILLS / 2; kill++) {
      // Now and then it begins anew, so that there is something to do.
      if (checked(mirror, seen) === PACKAGES) mirror.clear();
      const child = start(mirror);
      const ended = ending(child);
      await Promise.race([ended, sleep(100 + random() * 900)]);
      child.kill('SIGKILL');
      if ((await ended).signal === 'SIGKILL') died++;
      checked(mirror, seen);
    }
    expect(await ending(start(mirror))).toMatchObject({ status: 0 });
    expect(checked(mirror, seen)).toBe(PACKAGES);
    expect(died).toBeGreaterThan(0);
    expect(bucket.overwritten.filter((key) => key !== FILE)).toEqual([]);
    if (existsSync(join(box.root, 'm'))) expect(readdirSync(join(box.root, 'm')).filter((name) => name.startsWith('.coming-'))).toEqual([]);
  },
);

test.each(Object.entries(mirrors))('%s of two mirrors at once has all once', async (_, mirror) => {
  mirror.clear();
  const ended = await Promise.all([ending(start(mirror)), ending(start(mirror))]);
  expect(ended.map(({ status }) => status)).toEqual([0, 0]);
  expect(checked(mirror, new Map())).toBe(PACKAGES);
  expect(bucket.overwritten.filter((key) => key !== FILE)).toEqual([]);
});
