import { type ExtismPolicy, memoryBytes, type WasmPolicy } from '../../plugins/wasm/policy.ts';
import { LimitReached } from './limits.ts';
import { readWhole } from './stdio.ts';

/** As Helm's getters have it, in nanoseconds. */
const GETTER_TIMEOUT = 120_000_000_000;

/**
 * What a plugin of Helm's is given, in JSON (contract helm §5.1): by the words of the command line, and for a post-renderer standard input.
 * @throws LimitReached for more manifests than its memory holds
 */
export function takenMessage(
  { message }: ExtismPolicy,
  { name, args }: { readonly name: string; readonly args: readonly Uint8Array[] },
  policy: WasmPolicy,
): Uint8Array {
  const words = args.map((arg) => Buffer.from(arg).toString());
  const encoded = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  if (message === 'cli/v1') return encoded({ extraArgs: words });
  if (message === 'test/v1') return encoded({ Name: words[0] ?? '' });
  if (message === 'getter/v1') {
    // As a getter's program is called (contract helm §3.6): certificate, key, authority, URL.
    const [certFile = '', keyFile = '', caFile = '', href = ''] = words.slice(-4);
    return encoded({ href, protocol: href.slice(0, href.indexOf(':')), options: { ...GETTER_OPTIONS, CertFile: certFile, KeyFile: keyFile, CAFile: caFile } });
  }
  const manifests = readWhole(memoryBytes(policy.limits));
  if (manifests === undefined) throw new LimitReached(`${name} was given more than fits in its memory`, 'memoryPages', policy);
  return encoded({ manifests: manifests.toString(), extraArgs: words });
}

/** What Helm tells a getter where nobody says anything else. */
const GETTER_OPTIONS = {
  URL: '',
  CertFile: '',
  KeyFile: '',
  CAFile: '',
  UNTar: false,
  InsecureSkipVerifyTLS: false,
  PlainHTTP: false,
  AcceptHeader: '',
  Username: '',
  Password: '',
  PassCredentialsAll: false,
  UserAgent: '',
  Version: '',
  Timeout: GETTER_TIMEOUT,
};

/**
 * The bytes that a plugin's answer is for whoever called it: what a getter fetched, what a post-renderer made of its input. What a command answers nobody looks at: it prints.
 * @throws Error for an answer that is none
 */
export function writtenMessage({ message }: ExtismPolicy, output: Uint8Array): Uint8Array {
  if (message === 'cli/v1') return new Uint8Array();
  if (message === 'test/v1') return output;
  const text = new TextDecoder().decode(output);
  let answer: Readonly<Record<string, unknown>>;
  try {
    // As Go reads it: by names whose case does not count.
    answer = Object.fromEntries(Object.entries(JSON.parse(text) as object).map(([name, value]) => [name.toLowerCase(), value]));
  } catch (error) {
    throw new Error(`failed to json marshal plugin output message: ${(error as Error).message}`, { cause: error });
  }
  const key = message === 'getter/v1' ? 'data' : 'manifests';
  const value = answer[key] ?? '';
  if (typeof value !== 'string') throw new Error(`failed to json marshal plugin output message: "${key}" is no text`);
  return message === 'getter/v1' ? Buffer.from(value, 'base64') : Buffer.from(value);
}
