import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { tarGz } from './archives.ts';
import { sha256 } from './digests.ts';
import { freePort, listens } from './web-servers.ts';

export const HELM_TYPE = 'application/vnd.helm.plugin.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

export const digestOf = (bytes: Buffer | string): string => `sha256:${sha256(bytes)}`;

/** The archive of a plugin whose command prints its version. */
export const pluginArchive = (name: string, version: string): Buffer =>
  tarGz([
    { name: `${name}/plugin.toml`, body: `[plugin]\nversion = "${version}"\n` },
    { name: `${name}/bare/default`, body: `#!/bin/sh\necho ${version}\n`, mode: 0o755 },
  ]);

/** What a manifest says of a blob. */
export const descriptor = (body: Buffer | string, title?: string, mediaType = LAYER_TYPE): object => ({
  mediaType,
  digest: digestOf(body),
  size: Buffer.byteLength(body),
  ...(title === undefined ? {} : { annotations: { 'org.opencontainers.image.title': title } }),
});

/** The manifest of a plugin. @param layers bodies by their titles */
export const manifestOf = (layers: Readonly<Record<string, Buffer | string>>, words: object = { artifactType: HELM_TYPE }): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: descriptor('{}', undefined, 'application/vnd.oci.empty.v1+json'),
    layers: Object.entries(layers).map(([title, body]) => descriptor(body, title)),
    ...words,
  });

export interface PushOptions {
  /** Of the whole image, instead of one that is made of the layers. */
  readonly manifest?: string;
  readonly authorization?: string;
}

/** A registry of docker's on loopback, with what it keeps in a folder of its own. */
export class DockerRegistry implements AsyncDisposable {
  readonly folder: string;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly #stop: () => Promise<void>;

  private constructor(folder: string, host: string, stop: () => Promise<void>) {
    this.folder = folder;
    this.host = host;
    this.#stop = stop;
  }

  /** @param auth what its configuration has under `auth`, in YAML, told its folder */
  static async start(auth: (folder: string) => string = () => ''): Promise<DockerRegistry> {
    const folder = mkdtempSync(join(tmpdir(), 'tool-registry-'));
    const port = await freePort();
    mkdirSync(join(folder, 'data'));
    const configuration = [
      'version: 0.1',
      `storage: {filesystem: {rootdirectory: ${folder}/data}}`,
      `http: {addr: "127.0.0.1:${port}"}`,
      'log: {level: error, accesslog: {disabled: true}}',
      auth(folder),
    ];
    writeFileSync(join(folder, 'config.yml'), configuration.join('\n'));
    const server = execa('docker-registry', ['serve', join(folder, 'config.yml')], { reject: false, env: { OTEL_TRACES_EXPORTER: 'none' } });
    const ended = new AbortController();
    void server.then(() => ended.abort());
    if (!(await listens(port, ended.signal))) throw new Error(`docker-registry ended: ${(await server).stderr}`);
    return new DockerRegistry(folder, `127.0.0.1:${port}`, async () => {
      server.kill('SIGKILL');
      await server;
    });
  }

  /** Pushes an image as a plugin, or as what its manifest says. @param layers bodies by their titles @returns its digest */
  async push(repository: string, tag: string, layers: Readonly<Record<string, Buffer | string>>, options: PushOptions = {}): Promise<string> {
    for (const body of [Buffer.from('{}'), ...Object.values(layers)]) await this.#pushBlob(repository, Buffer.from(body), options);
    const manifest = options.manifest ?? manifestOf(layers);
    const { mediaType = MANIFEST_TYPE } = JSON.parse(manifest) as { mediaType?: string };
    await this.#ask('PUT', `/v2/${repository}/manifests/${tag}`, { ...options, type: mediaType, body: manifest, expected: 201 });
    return digestOf(manifest);
  }

  async #pushBlob(repository: string, body: Buffer, options: PushOptions): Promise<void> {
    const begun = await this.#ask('POST', `/v2/${repository}/blobs/uploads/`, { ...options, expected: 202 });
    const place = new URL(begun, `http://${this.host}`);
    place.searchParams.set('digest', digestOf(body));
    await this.#ask('PUT', `${place.pathname}${place.search}`, { ...options, type: 'application/octet-stream', body, expected: 201 });
  }

  /** @returns the Location of the answer */
  #ask(
    method: string,
    path: string,
    { type, body, authorization, expected }: { type?: string; body?: Buffer | string; authorization?: string; expected: number },
  ): Promise<string> {
    const [host, port] = this.host.split(':');
    const headers = { ...(type ? { 'content-type': type } : {}), ...(authorization ? { authorization } : {}), 'content-length': Buffer.byteLength(body ?? '') };
    return new Promise((done, fail) => {
      request({ host, port, method, path, headers, agent: false }, (response) => {
        const said: Buffer[] = [];
        response.on('data', (chunk: Buffer) => said.push(chunk));
        response.on('end', () => {
          if (response.statusCode === expected) done(response.headers.location ?? '');
          else fail(new Error(`${method} ${path}: ${response.statusCode} ${Buffer.concat(said)}`));
        });
      })
        .on('error', fail)
        .end(body);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    rmSync(this.folder, { recursive: true });
  }
}
