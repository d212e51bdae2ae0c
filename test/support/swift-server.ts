import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { freePort, listens } from './web-servers.ts';

export const SWIFT_PROGRAMS = [
  'memcached',
  'swift-ring-builder',
  'swift-account-server',
  'swift-container-server',
  'swift-object-server',
  'swift-proxy-server',
];
export const SWIFT_KEY = 'test:tester';
export const SWIFT_SECRET = 'testing/of+swift';

/** A program that was started. */
interface Running {
  kill(): void;
  readonly ended: Promise<unknown>;
}

/** OpenStack Swift with its s3api on loopback, one node and one copy of everything. It has nothing in it. */
export class SwiftServer implements AsyncDisposable {
  readonly folder: string;
  readonly url: string;
  readonly #running: Running[];

  private constructor(folder: string, url: string, running: Running[]) {
    this.folder = folder;
    this.url = url;
    this.#running = running;
  }

  static async start(): Promise<SwiftServer> {
    // Its files have extended attributes, which file systems in memory may lack.
    const folder = mkdtempSync('/var/tmp/tool-swift-');
    const running: Running[] = [];
    const user = userInfo().username;
    const write = (name: string, ...lines: string[]): string => {
      writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
      return join(folder, name);
    };
    const start = async (port: number, program: string, ...words: string[]): Promise<void> => {
      const child = execa(program, words, { reject: false, all: true, cwd: folder });
      running.push({ kill: () => void child.kill('SIGKILL'), ended: child });
      const ended = new AbortController();
      void child.then(() => ended.abort());
      if (!(await listens(port, ended.signal))) throw new Error(`${program} ended: ${(await child).all}`);
    };
    try {
      const [cache, proxy] = [await freePort(), await freePort()];
      mkdirSync(join(folder, 'devices/d1'), { recursive: true });
      write('swift.conf', '[swift-hash]', 'swift_hash_path_prefix = tool', 'swift_hash_path_suffix = tests');
      await start(cache, 'memcached', '-l', '127.0.0.1', '-p', String(cache), '-u', user, '-U', '0');
      const common = [`swift_dir = ${folder}`, 'bind_ip = 127.0.0.1', `user = ${user}`, 'workers = 0', 'log_level = ERROR'];
      for (const kind of ['account', 'container', 'object']) {
        const port = await freePort();
        const builder = join(folder, `${kind}.builder`);
        for (const words of [['create', '4', '1', '1'], ['add', `r1z1-127.0.0.1:${port}/d1`, '1'], ['rebalance']])
          execFileSync('swift-ring-builder', [builder, ...words], { stdio: 'ignore', cwd: folder });
        const devices = [`devices = ${folder}/devices`, 'mount_check = false', `bind_port = ${port}`];
        const file = write(
          `${kind}.conf`,
          '[DEFAULT]',
          ...common,
          ...devices,
          '[pipeline:main]',
          `pipeline = ${kind}-server`,
          `[app:${kind}-server]`,
          `use = egg:swift#${kind}`,
        );
        await start(port, `swift-${kind}-server`, file);
      }
      const file = write(
        'proxy.conf',
        ...['[DEFAULT]', ...common, `bind_port = ${proxy}`],
        ...['[pipeline:main]', 'pipeline = catch_errors cache s3api tempauth proxy-server'],
        ...['[filter:catch_errors]', 'use = egg:swift#catch_errors'],
        ...['[filter:cache]', 'use = egg:swift#memcache', `memcache_servers = 127.0.0.1:${cache}`],
        ...['[filter:s3api]', 'use = egg:swift#s3api', 'location = us-east-1'],
        ...['[filter:tempauth]', 'use = egg:swift#tempauth', `user_test_tester = ${SWIFT_SECRET} .admin`],
        ...['[app:proxy-server]', 'use = egg:swift#proxy', 'allow_account_management = true', 'account_autocreate = true'],
      );
      await start(proxy, 'swift-proxy-server', file);
      return new SwiftServer(folder, `http://127.0.0.1:${proxy}`, running);
    } catch (error) {
      await ended(folder, running);
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return ended(this.folder, this.#running);
  }
}

async function ended(folder: string, running: readonly Running[]): Promise<void> {
  for (const child of running) child.kill();
  await Promise.all(running.map((child) => child.ended));
  rmSync(folder, { recursive: true, force: true });
}
