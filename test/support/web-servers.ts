import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

const nginx =
  (keepAlive: number) =>
  (folder: string, port: number): string[] => {
    const file = join(folder, `nginx-${port}.conf`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/nginx-${port};`);
    writeFileSync(
      file,
      [
        `daemon off; master_process off; pid ${file}.pid; error_log stderr; events {}`,
        `http { access_log off; ${temporary.join(' ')} keepalive_timeout ${keepAlive};`,
        `server { listen 127.0.0.1:${port}; root ${folder}; } }`,
      ].join('\n'),
    );
    return ['-c', file, '-e', 'stderr'];
  };

/** Servers that plugins are kept on, each with its own way to end a connection: the program, and its argv to serve a folder on a port. */
export const WEB_SERVERS = {
  "Python's http.server": ['python3', (folder, port) => ['-m', 'http.server', String(port), '--bind', '127.0.0.1', '--directory', folder]],
  "busybox's httpd": ['busybox', (folder, port) => ['httpd', '-f', '-p', `127.0.0.1:${port}`, '-h', folder]],
  'nginx with keep-alive': ['nginx', nginx(65)],
  'nginx with keepalive_timeout 0': ['nginx', nginx(0)],
} satisfies Record<string, [program: string, argv: (folder: string, port: number) => string[]]>;

/** Starts one of them on a folder, and waits until it answers. */
export async function webServer(name: keyof typeof WEB_SERVERS, folder: string): Promise<AsyncDisposable & { url: string }> {
  const port = await freePort();
  const [program, argv] = WEB_SERVERS[name];
  // Should the tests be ended, it ends with them.
  const server = execa(program, argv(folder, port), { stdio: 'ignore', reject: false });
  const ended = new AbortController();
  void server.then(() => ended.abort());
  if (!(await listens(port, ended.signal))) throw new Error(`${name} ended: ${(await server).shortMessage ?? 'by itself'}`);
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.kill('SIGKILL');
      await server;
    },
  };
}

/** A port of loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

/** Waits until something answers on a port. @returns whether it does; not where what should was ended before */
export async function listens(port: number, ended: AbortSignal): Promise<boolean> {
  while (!ended.aborted) {
    const answers = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        done(true);
      }).on('error', () => done(false));
    });
    if (answers) return true;
    await sleep(20);
  }
  return false;
}
