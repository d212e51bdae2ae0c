import { join } from 'node:path';
import { linkTarget } from '../../system/links.ts';
import type { Content } from '../definition/content.ts';
import type { JsonObject } from '../definition/json-fields.ts';
import { type Provider, providerNames, readProvider } from '../definition/record.ts';
import { type Instance, instanceIfThere, instanceNames, readInstance } from '../instances/instance.ts';
import { completeObject } from '../models.ts';
import { type KnownParams, knownParams, shownParams } from '../params/param.ts';
import type { ProviderPaths } from '../paths.ts';

/** The providers and instances of a home, read once for each generation. */
export class Inventory {
  readonly #paths: ProviderPaths;
  readonly #providers = new Map<string, Provider>();
  #known: { readonly of: readonly Content[]; readonly params: KnownParams } = { of: [], params: new Map() };

  constructor(paths: ProviderPaths) {
    this.#paths = paths;
  }

  /** Reads a provider as it is now. @throws UserError */
  provider(name: string): Provider {
    const known = this.#providers.get(name);
    if (known && linkTarget(join(this.#paths.provider(name), 'current')) === String(known.generation)) return known;
    const provider = readProvider(this.#paths, name);
    this.#providers.set(name, provider);
    return provider;
  }

  /** All providers; those that are damaged are left out. */
  providers(): Provider[] {
    return providerNames(this.#paths).flatMap((name) => {
      try {
        return [this.provider(name)];
      } catch {
        return [];
      }
    });
  }

  /** The parameters that are known, those of one provider first. The schemas are the same values for as long as no provider changes, as they are compiled once. */
  known(first?: string): KnownParams {
    const providers = this.providers();
    const ordered = [...providers.filter(({ name }) => name === first), ...providers.filter(({ name }) => name !== first)];
    const contents = ordered.map(({ content }) => content);
    if (contents.length !== this.#known.of.length || contents.some((content, index) => content !== this.#known.of[index]))
      this.#known = { of: contents, params: knownParams(contents) };
    return this.#known.params;
  }

  /** The parameters as they were when they were last looked at. */
  get lastKnown(): KnownParams {
    return this.#known.params;
  }

  instance(name: string): Instance {
    return readInstance(this.#paths, name);
  }

  /** All instances that can be read. */
  instances(): Instance[] {
    return instanceNames(this.#paths).flatMap((name) => {
      try {
        return instanceIfThere(this.#paths, name) ?? [];
      } catch {
        return [];
      }
    });
  }

  /** Instances as objects of the API; secrets are shown to the one whose they are. */
  shownInstances(reader: string, errorsOf: (name: string) => readonly string[]): JsonObject[] {
    return this.instances().map(({ name, provider, description, params }) => {
      const shown = reader === name ? params : shownParams(params, this.known(provider));
      return completeObject('plugins', name, { Description: description, Provider: provider, Params: shown, PluginErrors: errorsOf(name) });
    });
  }

  shownProviders(): JsonObject[] {
    return this.providers().map(({ name, definition }) => ({
      Meta: definition.meta,
      Name: name,
      Version: definition.version,
      PluginVersion: 4,
      AutoStart: definition.autoStart,
      HasPublish: definition.hasPublish,
      AvailableActions: definition.actions.map(({ command, model, required, optional }) => ({
        Provider: name,
        Model: model,
        Command: command,
        RequiredParams: required,
        OptionalParams: optional,
      })),
      RequiredParams: definition.required,
      OptionalParams: definition.optional,
      StoreObjects: definition.storeObjects,
      Documentation: definition.documentation,
    }));
  }

  /** What providers bring, of one type. */
  content(type: string): JsonObject[] {
    return this.providers().flatMap(({ name, content }) =>
      content.objects.filter((object) => object.type === type).map((object) => ({ ...object.value, Name: object.name, Bundle: name, ReadOnly: true })),
    );
  }
}
