import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';

const AUTHOR = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'init.defaultBranch=main'];

/** A real repository, in which plugins are published. */
export class Repository {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    this.git('init', '-q', '-b', 'main');
    this.git('config', 'http.receivepack', 'false');
  }

  git(...words: string[]): string {
    return execFileSync('git', [...AUTHOR, '-C', this.path, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  }

  /** Writes files, commits them, and tags the commit if told. @returns the commit */
  commit(files: Record<string, string>, tag?: string): string {
    for (const [name, text] of Object.entries(files)) {
      const target = join(this.path, name);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      chmodSync(target, text.startsWith('#!') ? 0o755 : 0o644);
    }
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', tag ?? 'change');
    if (tag) this.git('tag', tag);
    return this.git('rev-parse', 'HEAD');
  }

  /** One version of a plugin that says which it is. */
  publish(version: string, tag?: string, more: Record<string, string> = {}): string {
    return this.commit(
      {
        'plugin.toml': `[plugin]\ndescription = "d"\nversion = "${version}"\n[plugin.config]\n`,
        'subcommands/default': `#!/bin/sh\necho ${version}\n`,
        ...more,
      },
      tag,
    );
  }
}

/** A server that speaks git's smart HTTP, by git's own http-backend. */
export interface GitServer extends AsyncDisposable {
  readonly url: string;
  /** Every request so far: `GET /greet/info/refs?service=git-upload-pack`. */
  readonly asked: string[];
  /** Answers the next requests by itself; undefined leaves them to git. */
  intercept(handler: ((request: IncomingMessage, response: ServerResponse) => void) | undefined): void;
}

/** Serves the repositories below a folder on loopback. @param login `user:password` without which nothing is served */
export async function serveGit(root: string, login?: string): Promise<GitServer> {
  const expected = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  const backend = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  let handler: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (handler) handler(request, response);
    else if (expected !== undefined && request.headers.authorization !== expected) response.writeHead(401, { 'www-authenticate': 'Basic realm="t"' }).end();
    else answer(backend, root, request, response);
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    intercept: (next) => {
      handler = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function answer(backend: string, root: string, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const child = spawn(backend, [], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  (request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request).pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const out = Buffer.concat(chunks);
    const end = out.indexOf('\r\n\r\n');
    const headers = out
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(/: (.*)/));
    const status = Number(headers.find(([name]) => name === 'Status')?.[1]?.slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
    response.end(out.subarray(end + 4));
  });
}
