// A post-renderer for Helm in AssemblyScript: puts a comment in front of the manifests. Built with assemblyscript and @extism/as-pdk:
//   node node_modules/assemblyscript/bin/asc.js source/index.ts --outFile plugin.wasm --optimize --noAssert --use abort=source/index/stop
import { Config, Host } from '@extism/as-pdk';

export function stop(_message: string | null, _file: string | null, _line: u32, _column: u32): void {
  unreachable();
}

/** What the host sends is `{"manifests":"…","extraArgs":[…]}`: the text between the first quotes behind `manifests` goes back as it came. */
export function helm_plugin_main(): i32 {
  const input = Host.inputString();
  const key = '"manifests":"';
  const at = input.indexOf(key);
  if (at < 0) return 1;
  const start = at + key.length;
  let end = start;
  while (end < input.length && input.charAt(end) != '"') end += input.charAt(end) == '\\' ? 2 : 1;
  Host.outputString('{"manifests":"# by ' + Config.get('label')! + '\\n' + input.substring(start, end) + '"}');
  return 0;
}
