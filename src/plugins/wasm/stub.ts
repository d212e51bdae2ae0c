import { shellQuote } from '../../system/shell-quote.ts';
import type { WasmPolicy } from './policy.ts';

/**
 * Lines of sh that become the host of a module, under all that its policy grants, with the words of the stub they stand in.
 * @param module a word of sh that gives its path
 */
export const hostLines = (module: string, policy: WasmPolicy): string[] => [
  `tool_wasm_module=${module}`,
  `tool_wasm_policy=${shellQuote(JSON.stringify(policy))}`,
  `. "\${TOOL_PACKAGE:?is not set; run this through tool}/libexec/wasm"`,
];
