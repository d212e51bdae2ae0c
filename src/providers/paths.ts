import { join } from 'node:path';
import { spoolOf } from '../home/spool-path.ts';

/** Where the providers of a home are kept, and what belongs to them: the data of the core plugin `provider`, for the owner of the home alone. */
export interface ProviderPaths {
  readonly root: string;
  /** Held while one of the files here is changed. */
  readonly lock: string;
  /** Held by the supervisor for as long as it lives. */
  readonly serveLock: string;
  /** What the supervisor tells of itself: its process, and where its control socket is. */
  readonly serving: string;
  readonly staging: string;
  readonly installed: string;
  readonly instances: string;
  readonly objects: string;
  /** Commands that are actions of instances, by the name of the instance. */
  readonly commands: string;
  /** The token that opens the API port. */
  readonly apiToken: string;
  /** Events that were put there by commands and triggers. */
  readonly spool: string;
  /** What is kept of events that go to NATS and come from there. */
  readonly nats: string;
  /** Everything of one provider: a directory for each generation, and the link `current`. */
  provider(name: string): string;
  instance(name: string): string;
  /** What the supervisor last knew of an instance. */
  lastState(name: string): string;
  /** The directory that an instance is started in, emptied before. */
  scratch(name: string): string;
  log(name: string): string;
  serveLog: string;
}

export function providerPaths(home: string): ProviderPaths {
  const root = join(home, 'data', 'provider');
  return {
    root,
    lock: join(root, '.lock'),
    serveLock: join(root, '.serve.lock'),
    serving: join(root, 'serving.json'),
    staging: join(root, '.staging'),
    installed: join(root, 'installed'),
    instances: join(root, 'instances'),
    objects: join(root, 'objects'),
    commands: join(root, 'commands'),
    apiToken: join(root, 'api-token'),
    spool: spoolOf(home),
    nats: join(root, 'nats'),
    provider: (name) => join(root, 'installed', name),
    instance: (name) => join(root, 'instances', `${name}.json`),
    lastState: (name) => join(root, 'states', `${name}.json`),
    scratch: (name) => join(root, 'scratch', name),
    log: (name) => join(root, 'log', `${name}.log`),
    serveLog: join(root, 'log', '.serve.log'),
  };
}
