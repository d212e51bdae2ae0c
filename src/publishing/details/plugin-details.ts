import type { ConfigSchema } from '../../catalogue/release.ts';

/** Another program that a plugin needs, for one platform. */
export interface NeededProgram {
  readonly url: string;
  /** 64 lower-case hex digits. */
  readonly sha256?: string | undefined;
}

/** What an index says of a plugin, beside what its files do. Each part may be untold. */
export interface PluginDetails {
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  readonly documentation?: string | undefined;
  readonly licence?: string | undefined;
  /** The versions of tool that it works with. */
  readonly requires?: string | undefined;
  readonly recommended?: boolean | undefined;
  readonly prerelease?: boolean | undefined;
  readonly schema?: ConfigSchema | undefined;
  /** The schema of what its webhook takes (Botkube). */
  readonly requestSchema?: ConfigSchema | undefined;
  /** By name, and then by platform: `linux/amd64`. */
  readonly programs?: ReadonlyMap<string, ReadonlyMap<string, NeededProgram>> | undefined;
}

/** What one source of them told, and what is wrong with it. */
export interface ToldDetails {
  readonly details: PluginDetails;
  /** Each to stand behind the source's name. */
  readonly faults: readonly string[];
}

/** Details with what they leave out from another source. */
export function completed(first: PluginDetails, then: PluginDetails): PluginDetails {
  const told = Object.entries(first).filter(([, value]) => value !== undefined && value !== '');
  return { ...then, ...Object.fromEntries(told) };
}

/** Whether they say what no entry of an index can be without. */
export const isComplete = ({ version, description }: PluginDetails): boolean => Boolean(version && description);

/** A text on one line. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
