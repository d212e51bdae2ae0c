import { isBoolean, isCount, isListOf, isObject, isOneOf, isOptional, isText, type Shape } from '../../system/own-json.ts';

/** What a guest is granted of each. Each is a number above 0. */
export interface WasmLimits {
  /** Milliseconds from its start to its end. */
  readonly timeoutMs: number;
  /** Pages of 64 KiB: of each of its memories, and of what it keeps with the host. */
  readonly memoryPages: number;
  /** Elements of each of its tables. */
  readonly tableElements: number;
  /** Bytes that it prints, on stdout and stderr together. */
  readonly outputBytes: number;
  /** Bytes of all its variables, names included. */
  readonly varBytes: number;
  /** Bytes of one HTTP response. */
  readonly httpBytes: number;
  /** Bytes in its temporary directory. */
  readonly temporaryBytes: number;
}

/** What a guest may have of memory, in bytes: a page of WebAssembly has 64 KiB. */
export const memoryBytes = ({ memoryPages }: WasmLimits): number => memoryPages * 65_536;

/** The messages that Helm's plugins are given, by their types. */
export const MESSAGE_TYPES = ['cli/v1', 'getter/v1', 'postrenderer/v1', 'test/v1'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** All that a guest may do. Its stub holds it, so that nothing else is read when it runs. */
export interface WasmPolicy {
  /** Where its limits are written, which messages name. */
  readonly manifest: 'plugin.toml' | 'plugin.yaml';
  readonly limits: WasmLimits;
  /** Host names that it may ask over HTTP, or patterns such as `*.example.org`. */
  readonly hosts: readonly string[];
  /** Whether it has a directory of its own at /tmp. */
  readonly temporaryDirectory: boolean;
  /** Names of the variables that it sees; `HELM_*` stands for all that begin so. */
  readonly environment: readonly string[];
  /** Of a guest made for Extism; else it is a command of WASI. */
  readonly extism?: ExtismPolicy | undefined;
}

export interface ExtismPolicy {
  readonly entry: string;
  readonly message: MessageType;
  readonly config: Readonly<Record<string, string>>;
  /** Functions of the host that it asks for by name; there are none. */
  readonly hostFunctions: readonly string[];
}

/** What a plugin with a plugin.toml is granted where that says nothing. */
export const DEFAULT_LIMITS: WasmLimits = {
  timeoutMs: 30_000,
  memoryPages: 256,
  tableElements: 10_000,
  outputBytes: 256 << 20,
  varBytes: 64 << 10,
  httpBytes: 1 << 20,
  temporaryBytes: 64 << 20,
};

/** What Helm documents for a plugin.yaml that says nothing (contract helm §5.2), where it documents something. */
export const HELM_LIMITS: WasmLimits = { ...DEFAULT_LIMITS, memoryPages: 4, varBytes: 4096, httpBytes: 4096 };

/** The variables that a guest sees without asking: how its command was called, and the terminal's. */
export const DEFAULT_ENVIRONMENT: readonly string[] = ['TOOL_*', 'DOKKU_*', 'HELM_*', 'LANG', 'LC_ALL', 'NO_COLOR', 'TERM', 'TZ', 'COLUMNS'];

const isPositive: Shape<number> = (value): value is number => isCount(value) && value > 0;
const isTable: Shape<Record<string, string>> = (value): value is Record<string, string> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isText);

const isPolicy = isObject<WasmPolicy>({
  manifest: isOneOf('plugin.toml', 'plugin.yaml'),
  limits: isObject<WasmLimits>({
    timeoutMs: isPositive,
    memoryPages: isPositive,
    tableElements: isPositive,
    outputBytes: isPositive,
    varBytes: isPositive,
    httpBytes: isPositive,
    temporaryBytes: isPositive,
  }),
  hosts: isListOf(isText),
  temporaryDirectory: isBoolean,
  environment: isListOf(isText),
  extism: isOptional(isObject<ExtismPolicy>({ entry: isText, message: isOneOf(...MESSAGE_TYPES), config: isTable, hostFunctions: isListOf(isText) })),
});

/**
 * Reads what a stub says.
 * @throws Error for anything else than a whole policy: a guest never runs with less than all of its limits
 */
export function readPolicy(text: string): WasmPolicy {
  const value: unknown = JSON.parse(text);
  if (!isPolicy(value)) throw new Error('is not the policy of a WASM plugin');
  return value;
}
