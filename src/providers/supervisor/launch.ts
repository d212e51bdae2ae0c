import { existsSync, mkdirSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { isUserError } from '../../errors.ts';
import type { Environment } from '../../home/layout.ts';
import { hasEnded, type StartedChild, startChild } from '../../system/child.ts';
import { identify, killQuietly } from '../../system/processes.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { closeServer, type Handler, listenOn } from '../api/http.ts';
import { checkProgram } from '../definition/check-program.ts';
import { generationPaths, type Provider } from '../definition/record.ts';
import { providerEnvironment } from '../environment.ts';
import type { Instance } from '../instances/instance.ts';
import { errorText } from '../models.ts';
import { instanceFaults } from '../params/check-params.ts';
import { type KnownParams, redactor } from '../params/param.ts';
import type { ProviderPaths } from '../paths.ts';
import { Complaints } from './complaints.ts';
import type { InstanceLog } from './instance-log.ts';
import { LaunchProblem } from './launch-problem.ts';
import { PluginClient } from './plugin-client.ts';
import { MARK_VARIABLE, type Reaper } from './process-marks.ts';
import type { InstanceSockets, RunFolder } from './run-folder.ts';
import type { ServeSettings } from './settings.ts';
import { cannotStart, outputEnd, type Said, statusText, untilReady } from './until-ready.ts';
import type { Watchdog } from './watchdog.ts';

/** What an instance is started in. */
export interface LaunchWorld {
  readonly paths: ProviderPaths;
  readonly run: RunFolder;
  readonly env: Environment;
  readonly settings: ServeSettings;
  readonly watchdog: Watchdog;
  readonly reaper: Reaper;
  /** The beginning of the marks of all that is started here. */
  readonly mark: string;
  /** Where the API port is; a name that leads nowhere where there is none. */
  readonly endpoint: string;
  /** What answers an instance at its own socket. */
  hostHandler(instance: string): Handler;
  /** What answers requests for other protocols there. */
  readonly hostUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** A new token for an instance. */
  issueToken(instance: string): string;
}

/** What is to be started. */
export interface Launching {
  readonly instance: Instance;
  readonly provider: Provider;
  readonly known: KnownParams;
  readonly log: InstanceLog;
  /** Told once it is ready, and before it is told its parameters. */
  readonly onReady: () => void;
  /** Told of its process as soon as there is one. */
  readonly onStarted: (pid: number) => void;
}

/** An instance that runs. */
export interface Launched {
  readonly sockets: InstanceSockets;
  readonly pid: number;
  readonly startedAt: number;
  readonly generation: number;
  readonly client: PluginClient;
  /** Its exit status, once it is gone. */
  readonly exited: Promise<number>;
  /** What it wrote to standard error just before its end, behind a colon; empty for nothing. */
  lastWords(): Promise<string>;
  /** Ends what is left of it, grandchildren included, and then its sockets. */
  end(): Promise<void>;
}

/** What is written so long before an end may be its reason. */
const LAST_WORDS_MS = 2000;

/**
 * Starts an instance and tells it its parameters.
 * @throws LaunchProblem, with nothing left of it
 */
export async function launch(world: LaunchWorld, launching: Launching): Promise<Launched> {
  const { instance, provider, known, log } = launching;
  const faults = await instanceFaults(provider.definition, instance.params, known);
  if (faults.length > 0) throw new LaunchProblem(faults, false);
  const program = await checkProgram(provider).catch((error: unknown) => {
    throw new LaunchProblem([(error as Error).message], !isUserError(error));
  });
  const sockets = world.run.forStart();
  const { server, started } = await listenAndSpawn(world, launching, program, sockets);
  const complaints = new Complaints();
  const launched = asLaunched(world, started, sockets, server, { generation: provider.generation, complaints, log });
  try {
    if (started.process.pid === undefined) throw new LaunchProblem([cannotStart(program)], false);
    launching.onStarted(launched.pid);
    await untilReady(world.settings.startMs, started, { log, complaints }, program);
    launching.onReady();
    await configure(world, launched, instance);
    return launched;
  } catch (error) {
    await launched.end();
    throw error;
  }
}

/** Has the host listen, and starts the program. @throws whatever the system refuses, with nothing left of it */
async function listenAndSpawn(
  world: LaunchWorld,
  launching: Launching,
  program: string,
  sockets: InstanceSockets,
): Promise<{ readonly server: Server; readonly started: StartedChild }> {
  let server: Server | undefined;
  try {
    server = await listenOn(sockets.outbound, world.hostHandler(launching.instance.name));
    server.on('upgrade', world.hostUpgrade);
    return { server, started: spawn(world, launching, program, sockets) };
  } catch (error) {
    if (server) await closeServer(server);
    removeTree(sockets.folder);
    throw error;
  }
}

function spawn(world: LaunchWorld, { instance, provider, known, log }: Launching, program: string, sockets: InstanceSockets): StartedChild {
  const cwd = world.paths.scratch(instance.name);
  removeTree(cwd);
  mkdirSync(cwd, { recursive: true, mode: 0o700 });
  const { files } = generationPaths(provider.directory, provider.name);
  const token = world.issueToken(instance.name);
  log.redact = redactor(instance.params, known, [token]);
  const own = {
    RS_ENDPOINT: world.endpoint,
    RS_FILESERVER: world.endpoint,
    RS_TOKEN: token,
    RS_LOCAL_PROXY: sockets.outbound,
    ...(existsSync(files) ? { RS_WEBROOT: files } : {}),
    [MARK_VARIABLE]: `${world.mark}${sockets.id}`,
  };
  const started = startChild(program, ['listen', sockets.inbound, sockets.outbound], {
    env: providerEnvironment(world.env, own, instance.environment),
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (started.process.pid !== undefined) world.watchdog.add(started.process.pid);
  return started;
}

function asLaunched(
  world: LaunchWorld,
  { process: child, exited }: StartedChild,
  sockets: InstanceSockets,
  server: Server,
  { generation, complaints, log }: Said & { readonly generation: number },
): Launched {
  const client = new PluginClient(sockets.inbound);
  const pid = child.pid ?? 0;
  let ending: Promise<void> | undefined;
  const endAll = async (): Promise<void> => {
    if (pid !== 0) {
      // Before its first process is waited for, the number of the group is nobody else's.
      if (!hasEnded(child)) killQuietly(-pid, 'SIGKILL');
      await exited;
      // Whoever is left of the group keeps its number; where nobody is, it may be another's by now.
      if (identify(pid) === undefined) killQuietly(-pid, 'SIGKILL');
      world.watchdog.drop(pid);
      await world.reaper.end(`${world.mark}${sockets.id}`);
    }
    // A plugin whose log is not answered loops, so its socket is the last to go.
    client.close();
    await closeServer(server);
    removeTree(sockets.folder);
  };
  return {
    sockets,
    pid,
    startedAt: Date.now(),
    generation,
    client,
    exited,
    lastWords: async () => {
      await outputEnd(child.stderr);
      return complaints.text(log.redact, LAST_WORDS_MS);
    },
    end: () => {
      ending ??= endAll();
      return ending;
    },
  };
}

/** Tells it its parameters, and its name. @throws LaunchProblem */
async function configure({ settings }: LaunchWorld, { client, exited }: Launched, { name, params }: Instance): Promise<void> {
  const ended = exited.then((status) => ({ kind: 'broken' as const, why: `it ended with ${statusText(status)} while it was being configured` }));
  const answer = await Promise.race([client.ask('config', { ...params, Name: name }, settings.configMs), ended]);
  if (answer.kind === 'answer') return;
  if (answer.kind === 'timeout') throw new LaunchProblem([`it took more than ${settings.configMs / 1000} seconds to be configured`], true);
  if (answer.kind === 'broken') throw new LaunchProblem([answer.why], true);
  const { error } = answer;
  throw new LaunchProblem([errorText(error)], error.Code >= 500, error.Code === 403);
}

/** Ends an instance in order: it is asked to, then told, then killed. @returns how it ended, for its log */
export async function stopLaunched({ settings }: LaunchWorld, launched: Launched): Promise<string> {
  const { client, exited, pid } = launched;
  const gone = async (ms: number): Promise<boolean> => {
    const timer = new AbortController();
    try {
      return await Promise.race([exited.then(() => true), wait(ms, false, { signal: timer.signal }).catch(() => false)]);
    } finally {
      timer.abort();
    }
  };
  void client.stop(settings.stopMs);
  let how = 'stopped';
  if (!(await gone(settings.stopMs))) {
    how = 'ended by SIGTERM, as it did not stop when it was asked to';
    killQuietly(-pid, 'SIGTERM');
    if (!(await gone(settings.stopMs))) how = 'killed, as it did not end by SIGTERM';
  }
  await launched.end();
  return how;
}
