import { createCipheriv } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { tarGz } from '../support/archives.ts';
import { sha256 } from '../support/digests.ts';
import { fetched } from '../support/download.ts';
import { testNeeding } from '../support/needs.ts';
import { Sandbox } from '../support/sandbox.ts';
import { WEB_SERVERS, webServer } from '../support/web-servers.ts';

/** Downloads of each size from each server; `make soak` asks for 100. */
const DOWNLOADS = Number(process.env.DOWNLOADS ?? 5);
const SIZES = { '10 KB': 10_000, '200 KB': 200_000, '2 MB': 2_000_000 } as const;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** Bytes that do not pack, the same for a seed. */
const noise = (bytes: number): Buffer => createCipheriv('aes-128-ctr', String(SEED).padEnd(16).slice(0, 16), Buffer.alloc(16)).update(Buffer.alloc(bytes));

let box: Sandbox;
const sums = new Map<string, string>();

beforeAll(async () => {
  box = Sandbox.prepared();
  mkdirSync(join(box.root, 'www'));
  for (const [size, bytes] of Object.entries(SIZES)) {
    // An archive of what does not pack.
    const archive = tarGz([
      { name: 'greet/plugin.toml', body: '[plugin]\nversion = "1"\n' },
      { name: 'greet/subcommands/default', body: '#!/bin/sh\necho greeted\n', mode: 0o755 },
      { name: 'greet/noise', body: noise(bytes) },
    ]);
    sums.set(size, sha256(archive));
    writeFileSync(join(box.root, 'www', `${bytes}.tgz`), archive);
  }
});
afterAll(() => box[Symbol.dispose]());

describe.each(Object.keys(WEB_SERVERS) as (keyof typeof WEB_SERVERS)[])('%s', (name) => {
  const test = testNeeding(WEB_SERVERS[name][0]);

  test(`${DOWNLOADS} downloads of each size, none of them broken or tried again, and an installed plugin (SEED=${SEED})`, {
    timeout: 60_000 + DOWNLOADS * 1000,
  }, async () => {
    await using server = await webServer(name, join(box.root, 'www'));
    for (const [size, bytes] of Object.entries(SIZES)) {
      for (let count = 0; count < DOWNLOADS; count++) {
        const { body, sha256: told, retries } = await fetched(`${server.url}/${bytes}.tgz`);
        expect({ told, came: sha256(body), retries }).toEqual({ told: sums.get(size), came: sums.get(size), retries: [] });
      }
    }
    const plugin = `p${Object.keys(WEB_SERVERS).indexOf(name)}`;
    const installed = await box.run(['plugin:install', `${server.url}/${SIZES['2 MB']}.tgz`, '--name', plugin]);
    expect(installed).toMatchObject({ status: 0, stderr: '' });
    expect(await box.run([plugin])).toMatchObject({ stdout: 'greeted\n' });
  });
});
