import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { WASM_FILE_NAME } from '../plugins/helm/file-names.ts';
import type { ExtismConfig, HelmMetadata, PlatformCommand, SubprocessConfig } from '../plugins/helm/metadata.ts';
import { modulePolicy } from '../plugins/helm/module-policy.ts';
import { startChild } from '../system/child.ts';
import { parseEnv, prepareCommands } from './commands.ts';
import { type GetterOptions, type HookEvent, InvokeExecError, type Message, type PluginInput, type PluginOutput } from './messages.ts';

/** The streams of a call. */
type Streams = { readonly [Name in 'stdin' | 'stdout' | 'stderr']?: PluginInput[Name] | undefined };

/** A plugin made for Helm, in its directory. Its environment is that of this process, with what a call adds, and HELM_PLUGIN_NAME and HELM_PLUGIN_DIR. */
export class HelmPlugin {
  readonly dir: string;
  readonly metadata: HelmMetadata;

  constructor(dir: string, metadata: HelmMetadata) {
    this.dir = dir;
    this.metadata = metadata;
  }

  /**
   * Calls the plugin by its type, and waits for its end.
   * @throws InvokeExecError where it ends with another status than 0; Error where it has no command for this, or its message is of another type
   */
  async invoke({ message, env = [], ...streams }: PluginInput): Promise<PluginOutput> {
    const { config, extism } = this.metadata;
    const variables = this.#variables(env);
    if (extism !== undefined) return { data: await this.#runModule(message, extism, variables, streams) };
    switch (message.kind) {
      case 'cli': {
        const extraArgs = config.ignoreFlags ? [] : message.extraArgs;
        const { main, argv } = prepareCommands(this.#subprocess.platformCommand, true, extraArgs, variables);
        await this.#run(main, argv, variables, streams);
        return { data: new Uint8Array() };
      }
      case 'postrenderer': {
        const { main, argv } = prepareCommands(this.#subprocess.platformCommand, true, message.extraArgs ?? [], variables);
        const data = await this.#run(main, argv, variables, { stderr: streams.stderr }, message.manifests);
        if (Buffer.from(data).toString('latin1').trim() === '') throw new Error(`post-renderer ${JSON.stringify(this.metadata.name)} produced empty output`);
        return { data };
      }
      case 'getter': {
        const { certFile = '', keyFile = '', caFile = '' } = message.options ?? {};
        const withCredentials = { ...variables, ...credentials(message.options) };
        const { main, argv } = prepareCommands(this.#commandOf(message.href), false, [certFile, keyFile, caFile, message.href], withCredentials);
        // The program stands in the plugin's directory, whatever it is called (contract helm §3.6).
        const inside = main.startsWith(`${this.dir}/`) ? main : join(this.dir, main);
        return { data: await this.#run(inside, argv, withCredentials, { stderr: streams.stderr }) };
      }
      default:
        return message satisfies never;
    }
  }

  /**
   * Runs a program with exactly this environment beside HELM_PLUGIN_NAME and HELM_PLUGIN_DIR, as those that complete a command are run.
   * @throws InvokeExecError
   */
  async invokeWithEnv(main: string, argv: readonly string[], env: readonly string[], stdin?: Readable, stdout?: Writable, stderr?: Writable): Promise<void> {
    await this.#run(main, argv, { ...this.#own, ...parseEnv(env) }, { stdin, stdout, stderr });
  }

  /**
   * Runs the hook of an event; a plugin without one has nothing to do.
   * @throws InvokeExecError; Error where it has one, and none for this platform
   */
  async invokeHook(event: HookEvent, { stdout, stderr, env = [] }: Pick<PluginInput, 'stdout' | 'stderr' | 'env'> = {}): Promise<void> {
    const { platformHooks, expandsHookArgs } = this.#subprocess;
    const commands = platformHooks.get(event) ?? [];
    if (commands.length === 0) return;
    const variables = this.#variables(env);
    const { main, argv } = prepareCommands(commands, expandsHookArgs, [], variables);
    await this.#run(main, argv, variables, { stdout, stderr });
  }

  /** Calls a WebAssembly module in a process of its own, on the host that tool's commands have: within the limits and with the hosts of its plugin.yaml. */
  #runModule(message: Message, extism: ExtismConfig, env: Record<string, string>, streams: Streams): Promise<Uint8Array> {
    const { name, type } = this.metadata;
    if (type !== `${message.kind}/v1`) throw new Error(`plugin ${JSON.stringify(name)} is of type ${type}, and was given a message for ${message.kind}/v1`);
    const { certFile = '', keyFile = '', caFile = '' } = (message.kind === 'getter' && message.options) || {};
    const words = message.kind === 'getter' ? [certFile, keyFile, caFile, message.href] : (message.extraArgs ?? []);
    const policy = JSON.stringify(modulePolicy(type, extism, extism.allowedHosts));
    const argv = [fileURLToPath(new URL('../wasm.cjs', import.meta.url)), policy, join(this.dir, WASM_FILE_NAME), name, ...words];
    if (message.kind === 'postrenderer') return this.#run(process.execPath, argv, env, { stderr: streams.stderr }, message.manifests);
    return this.#run(process.execPath, argv, env, message.kind === 'cli' ? streams : { stderr: streams.stderr });
  }

  get #subprocess(): SubprocessConfig {
    const { subprocess, runtime } = this.metadata;
    if (subprocess === undefined) throw new Error(`unsupported plugin runtime type: ${JSON.stringify(runtime)}`);
    return subprocess;
  }

  get #own(): Record<string, string> {
    return { HELM_PLUGIN_NAME: this.metadata.name, HELM_PLUGIN_DIR: this.dir };
  }

  #variables(env: readonly string[]): Record<string, string> {
    const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return { ...Object.fromEntries(inherited), ...parseEnv(env), ...this.#own };
  }

  #commandOf(href: string): readonly PlatformCommand[] {
    const scheme = href.split(':', 1)[0] ?? '';
    const found = this.#subprocess.protocolCommands.find(({ protocols }) => protocols.includes(scheme));
    if (found) return found.platformCommand;
    throw new Error(`no downloader found for protocol ${JSON.stringify(scheme)}`);
  }

  /** @returns what it printed, where no stream takes that */
  async #run(main: string, argv: readonly string[], env: Record<string, string>, streams: Streams, input?: Uint8Array): Promise<Uint8Array> {
    const feeds = streams.stdin !== undefined || input !== undefined;
    const { process: child, closed } = startChild(main, argv, { env, stdio: [feeds ? 'pipe' : 'ignore', 'pipe', streams.stderr ? 'pipe' : 'ignore'] });
    // It need not read what it is given.
    child.stdin?.on('error', () => {});
    if (input !== undefined) child.stdin?.end(input);
    else if (child.stdin) streams.stdin?.pipe(child.stdin);
    const chunks: Buffer[] = [];
    if (streams.stdout) child.stdout?.pipe(streams.stdout, { end: false });
    else child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    if (streams.stderr) child.stderr?.pipe(streams.stderr, { end: false });
    const status = await closed;
    if (status !== 0) throw new InvokeExecError(this.metadata.name, status);
    return Buffer.concat(chunks);
  }
}

const credentials = ({ username = '', password = '', passCredentialsAll = false }: GetterOptions = {}): Record<string, string> => ({
  HELM_PLUGIN_USERNAME: username,
  HELM_PLUGIN_PASSWORD: password,
  HELM_PLUGIN_PASS_CREDENTIALS_ALL: String(passCredentialsAll),
});
