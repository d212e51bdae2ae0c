import { mkdirSync, readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { tarGz } from './archives.ts';
import { type GitServer, Repository, serveGit } from './git.ts';
import { PACKAGE, type RunOptions, type RunResult, Sandbox } from './sandbox.ts';

export const SMOKE = 'smoke-test-plugin';
export const PLUGN = join(PACKAGE, 'bin/plugn');

/** All that a script around plugn has: no variable of tool. */
export const bare = (box: Sandbox): Record<string, string | undefined> => ({
  TOOL_HOME: undefined,
  USER: undefined,
  LANG: undefined,
  PLUGIN_PATH: join(box.root, 'plugins'),
});

/** Runs plugn on its own, with the plugin path `plugins` below the sandbox's root. */
export const plugn = (box: Sandbox, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  box.run(argv, { command: PLUGN, ...options, env: { ...bare(box), ...options.env } });

/** How a command ends that has nothing to complain of. */
export const ok = (stdout = ''): RunResult => ({ stdout, stderr: '', status: 0, signal: null });

/** The files of a plugin made like the one that plugn's own tests use. */
export const smokeFiles = (version: string): Record<string, string> => ({
  'plugin.toml': `[plugin]\ndescription = "a plugin to try things on"\nversion = "${version}"\n[plugin.config]\ntesting = "true"\n`,
  trigger: '#!/usr/bin/env bash\nset -eo pipefail\necho "triggered smoke-test-plugin $CONFIG_TESTING"\n',
  'smoke-test-plugin.sh': 'smoke_test() { echo "smoked $1"; }\n',
  // None of these may run: plugn's install, update and uninstall ask nobody.
  install: '#!/bin/sh\necho install hook ran\nexit 9\n',
  update: '#!/bin/sh\necho update hook ran\nexit 9\n',
  uninstall: '#!/bin/sh\necho uninstall hook ran\nexit 9\n',
});

/** Publishes it: v0.2.0 and v0.3.0 as tags, 0.3.0-testing on the branch `testing`, 0.9.0 on the default branch. */
export function publishSmoke(path: string, branch: 'main' | 'master'): Repository {
  const repository = new Repository(path);
  if (branch !== 'main') repository.git('checkout', '-q', '-b', branch);
  for (const version of ['0.2.0', '0.3.0']) repository.commit(smokeFiles(version), `v${version}`);
  repository.git('checkout', '-q', '-b', 'testing');
  repository.commit(smokeFiles('0.3.0-testing'));
  repository.git('checkout', '-q', branch);
  repository.commit(smokeFiles('0.9.0'));
  return repository;
}

/** Both repositories of the smoke plugin on a git server, for a file of tests that only read them. */
export class SmokeServer {
  #box = Sandbox.prepared();
  #server: GitServer | undefined;
  url = '';

  async start(): Promise<void> {
    publishSmoke(join(this.#box.root, SMOKE), 'master');
    publishSmoke(join(this.#box.root, `${SMOKE}-main`), 'main');
    this.#server = await serveGit(this.#box.root);
    this.url = `${this.#server.url}/${SMOKE}`;
  }

  /** Where one of them lies. */
  path(name: string): string {
    return join(this.#box.root, name);
  }

  async stop(): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
    this.#box[Symbol.dispose]();
  }
}

/** A sandbox with what `plugn init` makes. */
export function initialised(): Sandbox {
  const box = Sandbox.prepared();
  box.file('plugins/config.toml', '');
  for (const folder of ['available', 'enabled']) mkdirSync(join(box.root, 'plugins', folder));
  return box;
}

/** The generations of the smoke plugin that were ever committed. */
export const generations = (box: Sandbox): number[] =>
  readdirSync(join(box.root, 'plugins/store', SMOKE, 'receipts'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);

/** It as an archive, its files in one directory. */
export const smokeArchive = (version: string): Buffer =>
  tarGz(
    Object.entries(smokeFiles(version)).map(([name, body]) => ({
      name: `smoke-test-plugin-${version}/${name}`,
      body,
      mode: body.startsWith('#!') ? 0o755 : 0o644,
    })),
  );

/** A real HTTP server on loopback. */
export async function serveHttp(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(handler);
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
