import type {
  ActionCall,
  ConfigOf,
  Declared,
  Handlers,
  InstanceCall,
  ProviderSpec,
  PublishCall,
  RequestCall,
  UnpackCall,
  UpgradeCall,
  ValidateCall,
} from './calls.ts';
import { runCommand } from './command-line.ts';
import type { Logger } from './logger.ts';
import type { Definition } from './models.ts';
import type { ParamSpecs, Values } from './params.ts';

/** What an action is for, and the parameters that it takes: of those that the provider knows. */
export interface ActionOptions<Required, Optional> {
  /** The type of object that it acts on, like `machines`; the system as a whole unless given. */
  readonly model?: string;
  readonly required?: readonly Required[];
  readonly optional?: readonly Optional[];
}

/** A provider: each method adds what it does, and `main` runs its command line. */
export class Provider<Specs extends ParamSpecs, Config> implements Declared {
  readonly spec: ProviderSpec;
  readonly handlers: Handlers = { actions: new Map(), routes: [] };

  constructor(spec: ProviderSpec) {
    this.spec = spec;
  }

  /** Configures the instance: called before anything else, and again when its parameters change. What it throws keeps the instance from being used. */
  onConfig(run: (call: InstanceCall<Config>) => void | Promise<void>): this {
    this.handlers.config = run as NonNullable<Handlers['config']>;
    return this;
  }

  /**
   * Adds an action. What its handler gives is the answer, as JSON; several may run at once.
   * @throws Error for a command that there is already
   */
  onAction<const Required extends keyof Specs & string = never, const Optional extends keyof Specs & string = never>(
    command: string,
    { model = '', required = [], optional = [] }: ActionOptions<Required, Optional>,
    run: (call: ActionCall<Config, Values<Specs, Required, Optional>>) => unknown,
  ): this {
    if (this.handlers.actions.has(command)) throw new Error(`the action ${command} is there already`);
    this.handlers.actions.set(command, { command, model, required, optional, run: run as (call: ActionCall<unknown, unknown>) => unknown });
    return this;
  }

  /**
   * Is told of events, one after the other.
   * @param filters which, as `TYPE.ACTION.KEY` with `*` for any: `machines.create.*`
   */
  onPublish(filters: readonly string[], run: (call: PublishCall<Config>) => void | Promise<void>): this {
    this.handlers.publish = { filters, run: run as NonNullable<Handlers['publish']>['run'] };
    return this;
  }

  /** Puts files into a directory, when the provider is installed. */
  onUnpack(run: (call: UnpackCall) => void | Promise<void>): this {
    this.handlers.unpack = run;
    return this;
  }

  /** Is called before the process ends, when the host or a signal stops it. */
  onStop(run: (call: { readonly log: Logger }) => void | Promise<void>): this {
    this.handlers.stop = run;
    return this;
  }

  /** Looks whether the provider can be used here, when it is installed: what it throws keeps it from being installed, and what it gives is printed in place of the definition. */
  validate(run: (call: ValidateCall) => Definition | undefined | Promise<Definition | undefined>): this {
    this.handlers.validate = run;
    return this;
  }

  /**
   * Answers requests that the host passes on, under `/plugin-apis/INSTANCE`: what the handler gives is the answer, as JSON, unless it has answered itself.
   * @param method like `GET`; `*` for any
   * @param path like `/count`; `/files/*` for all below
   */
  onRequest(method: string, path: string, run: (call: RequestCall<Config>) => unknown): this {
    this.handlers.routes.push({ method, path, run: run as (call: RequestCall<unknown>) => unknown });
    return this;
  }

  /** Takes over connections that are to become something else, as websockets do, under `/plugin-apis/INSTANCE`. */
  onUpgrade(run: (call: UpgradeCall<Config>) => void | Promise<void>): this {
    this.handlers.upgrade = run as NonNullable<Handlers['upgrade']>;
    return this;
  }

  /**
   * Runs the command line of the provider: `define`, `listen`, `unpack` or `version`. The process ends with its status.
   * @param argv as Node has it
   */
  async main(argv: readonly string[] = process.argv): Promise<void> {
    const status = await runCommand(this, argv.slice(2));
    if (status !== undefined) process.exitCode = status;
  }
}

/** Declares a provider. */
export function defineProvider<
  const Specs extends ParamSpecs = Record<never, never>,
  const Required extends keyof Specs & string = never,
  const Optional extends keyof Specs & string = never,
>(spec: ProviderSpec<Specs, Required, Optional>): Provider<Specs, ConfigOf<Specs, Required, Optional>> {
  return new Provider(spec as unknown as ProviderSpec);
}
