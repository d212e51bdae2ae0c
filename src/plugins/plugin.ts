import { type Dependency, type Manifest, type ManifestResult, readManifest } from './manifest.ts';
import { triggersOf } from './plugin-files.ts';
import { subcommandsOf, wordOf } from './subcommands.ts';

/** One plugin, whatever it is written as: its name, where its files are, and what they say, each looked at when it is first asked for. */
export class Plugin {
  readonly name: string;
  /** Where its files are: installed, staged, or kept in the store. */
  readonly directory: string;
  #read: ManifestResult | undefined;

  constructor(name: string, directory: string) {
    this.name = name;
    this.directory = directory;
  }

  /** What its manifest says, or why there is none. */
  get read(): ManifestResult {
    this.#read ??= readManifest(this.directory);
    return this.#read;
  }

  /** Undefined where it has none that can be read, which `problem` is about. */
  get manifest(): Manifest | undefined {
    return this.read.manifest;
  }

  /** The one line that says why there is no manifest. */
  get problem(): string | undefined {
    return this.read.problem;
  }

  /** Empty where nothing says. */
  get version(): string {
    return this.manifest?.version ?? '';
  }

  get description(): string {
    return this.manifest?.description ?? '';
  }

  get dependencies(): readonly Dependency[] {
    return this.manifest?.dependencies ?? [];
  }

  /** The words that run its subcommands, in byte order of their files; those of a `commands` script only that script knows. */
  get commands(): string[] {
    return subcommandsOf(this.directory).map(({ name }) => wordOf(this.name, name));
  }

  /** The triggers that it listens to, in byte order. */
  get triggers(): string[] {
    return triggersOf(this.directory);
  }
}
