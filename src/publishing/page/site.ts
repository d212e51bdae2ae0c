import type { PluginView } from './plugin-view.ts';

/** What all pages of one repository share. */
export interface Site {
  readonly title: string;
  /** What users call the repository. */
  readonly repository: string;
  /** The address of the index; undefined where it is not known. */
  readonly indexUrl: string | undefined;
  /** The command by which plugins are installed. */
  readonly command: string;
  readonly plugins: readonly PluginView[];
}
