import { join } from 'node:path';

/** The lock of a home: exactly what is installed in it. */
export const lockPath = ({ home }: { readonly home: string }): string => join(home, 'tool.lock');

/** Where the store keeps what it keeps (DESIGN "State on disk"). No plugin's name begins with a dot. */
export interface StorePaths {
  readonly store: string;
  /** Written for as long as a change is under way; launcher and plugn look for it. */
  readonly pending: string;
  readonly lock: string;
  readonly staging: string;
  /** The addresses with secrets in them, for their owner alone. */
  readonly addresses: string;
  /** An empty file for every plugin that has a guard. */
  readonly guards: string;
  /** The same for those that say who may see which apps. */
  readonly appGuards: string;
  /** The same for those with WASM modules named like triggers that they cannot hear of. */
  readonly modules: string;
  /** All that is kept of one plugin: generations, receipts, its pin. */
  folder(plugin: string): string;
  /** The tree of a previous generation. */
  generation(plugin: string, generation: number): string;
  receipts(plugin: string): string;
  receipt(plugin: string, generation: number): string;
  /** What a generation's tree held when it was committed. */
  listing(plugin: string, generation: number): string;
  /** There for a plugin that is pinned. */
  pin(plugin: string): string;
  /** A link to the receipt of the generation that stands in available/. */
  current(plugin: string): string;
}

/** Names that the store needs beside the plugins' own folders, so that no plugin may have them. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(['pending']);

export function storePaths(pluginPath: string): StorePaths {
  const store = join(pluginPath, 'store');
  return {
    store,
    pending: join(store, 'pending'),
    lock: join(store, '.lock'),
    staging: join(store, '.staging'),
    addresses: join(store, '.addresses'),
    guards: join(store, '.guards'),
    appGuards: join(store, '.app-guards'),
    modules: join(store, '.modules'),
    folder: (plugin) => join(store, plugin),
    generation: (plugin, generation) => join(store, plugin, String(generation)),
    receipts: (plugin) => join(store, plugin, 'receipts'),
    receipt: (plugin, generation) => join(store, plugin, 'receipts', `${generation}.json`),
    listing: (plugin, generation) => join(store, plugin, 'receipts', `${generation}.files`),
    pin: (plugin) => join(store, plugin, 'pinned'),
    current: (plugin) => join(store, plugin, 'current'),
  };
}
