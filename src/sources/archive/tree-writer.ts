import { closeSync, mkdirSync, openSync, renameSync, symlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeTree } from '../../system/remove-tree.ts';
import type { ArchivePolicy } from './policy.ts';

/** Writes the entries that a policy has admitted. Links come last, so that nothing is ever written through one. */
export class TreeWriter {
  readonly #tree: string;
  readonly #policy: ArchivePolicy;
  readonly #folders = new Set<string>();
  readonly #links: [path: string, target: string][] = [];

  constructor(tree: string, policy: ArchivePolicy) {
    this.#tree = tree;
    this.#policy = policy;
    mkdirSync(tree, { recursive: true });
  }

  directory(path: string): void {
    if (this.#folders.has(path)) return;
    mkdirSync(join(this.#tree, path), { recursive: true, mode: 0o755 });
    this.#folders.add(path);
  }

  async file(path: string, mode: number, body: AsyncIterable<Uint8Array>): Promise<void> {
    this.directory(dirname(path));
    const fd = openSync(join(this.#tree, path), 'wx', mode);
    try {
      for await (const chunk of body) {
        this.#policy.count(chunk.length);
        for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
      }
    } finally {
      closeSync(fd);
    }
  }

  link(path: string, target: string): void {
    this.#links.push([path, target]);
  }

  /** Makes the links. An archive of one folder is that folder (contract dokku §2.2). @returns its name, where there is one */
  finish(): string | undefined {
    const folder = this.#policy.onlyFolder();
    const links = this.#links.filter(([path]) => folder === undefined || path.startsWith(`${folder}/`));
    for (const [path, target] of links) this.#policy.checkLink(path, target);
    for (const [path, target] of links) {
      this.directory(dirname(path));
      symlinkSync(target, join(this.#tree, path));
    }
    if (folder !== undefined) {
      const inner = `${this.#tree}.inner`;
      renameSync(join(this.#tree, folder), inner);
      removeTree(this.#tree);
      renameSync(inner, this.#tree);
    }
    return folder;
  }
}
