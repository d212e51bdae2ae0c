import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Layout } from '../../src/home/layout.ts';
import { type Catalogues, type CataloguesOptions, openCatalogues } from '../../src/repositories/catalogues.ts';

/** One entry of an index of Botkube's shape. */
export interface Entry {
  readonly name: string;
  readonly version: string;
  readonly type?: 'executor' | 'source';
  readonly description?: string;
}

/** An index of Botkube's shape. */
export const indexOf = (...entries: Entry[]): string =>
  `entries:\n${entries
    .map(({ name, version, type = 'executor', description = `${name} plugin` }) =>
      [
        `- name: ${name}`,
        `  type: ${type}`,
        `  description: ${description}`,
        `  version: ${version}`,
        '  urls:',
        ...['linux/amd64', 'linux/arm64', 'darwin/arm64'].map((platform) => {
          const [os, architecture] = platform.split('/');
          return `  - { url: "https://example.org/${type}_${name}_${os}_${architecture}", platform: { os: ${os}, architecture: ${architecture} } }`;
        }),
      ].join('\n'),
    )
    .join('\n')}\n`;

/** A manifest of krew's shape. */
export const krewManifest = (name: string, version: string): string =>
  [
    'apiVersion: krew.googlecontainertools.github.com/v1alpha2',
    'kind: Plugin',
    `metadata: { name: ${name} }`,
    'spec:',
    `  version: ${version}`,
    `  shortDescription: ${name} for clusters`,
    '  platforms:',
    `  - uri: https://example.org/${name}-${version}.tar.gz`,
    `    sha256: ${'0'.repeat(64)}`,
    `    bin: ${name}`,
    '    selector: { matchLabels: { os: linux } }',
    '',
  ].join('\n');

/** A home with repositories and nothing else, looked into from this process with a clock of its own. */
export class Shelf {
  readonly home: string;
  /** What was warned of since it was last looked at. */
  readonly warnings: string[] = [];
  /** In milliseconds. */
  now = Date.parse('2026-01-01T12:00:00Z');

  constructor() {
    this.home = realpathSync(mkdtempSync(join(tmpdir(), 'tool-shelf-')));
    mkdirSync(join(this.home, 'plugins'));
  }

  get layout(): Layout {
    return { brand: 'tool', home: this.home, pluginPath: join(this.home, 'plugins') } as Layout;
  }

  /** Path of something in the home. */
  at(...path: string[]): string {
    return join(this.home, ...path);
  }

  /** Says what repositories there are, as TOML below each name. */
  has(repositories: Readonly<Record<string, string>>): this {
    writeFileSync(
      this.at('tool.toml'),
      Object.entries(repositories)
        .map(([name, text]) => `[repositories.${name}]\n${text.startsWith('url') ? text : `url = ${JSON.stringify(text)}`}\n`)
        .join('\n'),
    );
    return this;
  }

  /** Opens the repositories as another command would. */
  open(options: Partial<CataloguesOptions> = {}): Catalogues {
    return openCatalogues(this.layout, { warn: (line) => void this.warnings.push(line), env: {}, now: () => this.now, ...options });
  }

  /** What all repositories have, as `repository/name@version`. */
  async rows(options: Partial<CataloguesOptions> = {}): Promise<string[]> {
    return (await this.open(options).rows()).flatMap(({ repository, rows }) => rows.map(([name, , version]) => `${repository}/${name}@${version}`));
  }

  /** The warnings, which are forgotten. */
  warned(): string[] {
    return this.warnings.splice(0);
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
