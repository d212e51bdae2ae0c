import type { Environment, Layout } from '../../home/layout.ts';

/** What one of plugn's commands is given: the plugin path it works in, and its words. */
export interface PlugnContext {
  readonly layout: Layout;
  readonly env: Environment;
  readonly args: readonly string[];
}

export interface PlugnModule {
  /** Prints what plugn would, and gives its exit status; a UserError thrown is worded by main. */
  run(context: PlugnContext): Promise<number>;
}
