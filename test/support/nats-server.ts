import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { freePort, listens } from './web-servers.ts';

/** A nats-server on loopback with JetStream, whose store outlives its process. */
export class NatsServer implements AsyncDisposable {
  readonly port: number;
  readonly folder: string;
  #process: ReturnType<typeof started> | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.folder = folder;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** @param configuration what its file has besides, told its folder */
  static async start(configuration: (folder: string) => string = () => ''): Promise<NatsServer> {
    const server = new NatsServer(await freePort(), mkdtempSync(join(tmpdir(), 'tool-nats-')));
    const store = `jetstream { store_dir: "${server.folder}/store", max_file_store: 1GB, max_memory_store: 256MB }`;
    writeFileSync(join(server.folder, 'nats.conf'), [`listen: "127.0.0.1:${server.port}"`, store, configuration(server.folder)].join('\n'));
    await server.run();
    return server;
  }

  /** Starts it, or starts it again with what it had stored. */
  async run(): Promise<void> {
    const process = started(join(this.folder, 'nats.conf'));
    this.#process = process;
    const ended = new AbortController();
    void process.then(() => ended.abort());
    if (!(await listens(this.port, ended.signal))) throw new Error(`nats-server ended: ${(await process).all}`);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.#process;
  }

  /** Has it stand still, and go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true });
  }
}

const started = (file: string) => execa('nats-server', ['-c', file], { reject: false, all: true });
