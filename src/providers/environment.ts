import type { Environment } from '../home/layout.ts';

/** What a provider is given of the caller's environment; nothing else reaches it. The last three are where the libraries for providers in bash and for sources of Botkube are, and what they run. */
const PASSED_ON = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'PLUGIN_CORE_AVAILABLE_PATH', 'TOOL_PACKAGE', 'TOOL_NODE'];

/**
 * The environment of a provider: a few variables of the caller's, those that its instance names, and those of the protocol.
 * @param declared names of further variables
 */
export function providerEnvironment(env: Environment, own: Readonly<Record<string, string>>, declared: readonly string[] = []): Record<string, string> {
  const passed = [...PASSED_ON, ...declared].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return { ...Object.fromEntries(passed), ...own };
}
