import { shellQuote } from '../../system/shell-quote.ts';
import { hostLines } from '../wasm/stub.ts';
import { COMMAND_STUB, getterPath, POST_RENDERER, WASM_FILE_NAME } from './file-names.ts';
import type { ExtismConfig, HelmMetadata } from './metadata.ts';
import { modulePolicy } from './module-policy.ts';
import { isScheme } from './names.ts';
import { type HelmStub, stubText } from './stub-text.ts';

/**
 * The files that call the module of a plugin: as its command, its post-renderer or its getters, by its type (contract helm §5).
 * @param hosts that it may ask over HTTP
 * @param directory the plugin's, where that is not where the files are
 */
export function moduleStubs({ name, type, config }: HelmMetadata, extism: ExtismConfig, hosts: readonly string[], directory?: string): HelmStub[] {
  const policy = modulePolicy(type, extism, hosts);
  const at = (path: string, isPlain: boolean): HelmStub => ({
    path,
    text: stubText({
      name,
      path,
      directory,
      isPlain,
      from: `plugin.yaml and ${WASM_FILE_NAME}`,
      lines: [`tool_wasm_name=${shellQuote(name)}`, ...hostLines(`"$HELM_PLUGIN_DIR/${WASM_FILE_NAME}"`, policy)],
    }),
  });
  if (type === 'getter/v1') return config.protocols.filter(isScheme).map((protocol) => at(getterPath(protocol), true));
  if (type === 'postrenderer/v1') return [at(POST_RENDERER, true)];
  return type === 'cli/v1' ? [at(COMMAND_STUB, false)] : [];
}
