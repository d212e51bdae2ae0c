import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { abiVariables } from '../../src/home/environment.ts';
import { onPath } from './needs.ts';
import { type Case, type Run, runOneWay, type Way } from './routes.ts';
import { PACKAGE, type Sandbox } from './sandbox.ts';

/** What test/fixtures/probe.c saw: text is latin1, a character a byte. */
export interface Seen {
  /** argv, argv[0] first. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly descriptors: readonly string[];
  readonly cwd: string;
  readonly umask: string;
  /** The kernel's lines on blocked and ignored signals. */
  readonly signals: readonly string[];
}

const PER_COMMAND = ['QUIET_OUTPUT', 'TRACE', 'APPS_FORCE_DELETE', 'APP_NAME', 'GLOBAL_FLAGS', 'COMMAND', 'EVENTS', 'HOME'];
const SINGLE = ['TOOL_ABI', 'TOOL_PACKAGE', 'TOOL_NODE', 'TOOL_FAST', 'DOCKER_BIN', 'PATH'];

/** Every name that belongs to the ABI: what a plugin has and its file run by itself has not. */
const OURS = new Set([
  ...abiVariables({ packagePath: '', nodePath: '', distribution: '', owner: { user: '', group: '' } }).flatMap(({ name, twins }) =>
    twins ? [`DOKKU_${name}`, `TOOL_${name}`] : [name],
  ),
  ...PER_COMMAND.flatMap((name) => [`DOKKU_${name}`, `TOOL_${name}`]),
  ...SINGLE,
]);

/** Compiles the fixture into the home as `probe:it`. */
export function addProbe(box: Sandbox): void {
  if (!onPath('gcc')) return;
  box.plugin('probe', {});
  const folder = box.at('plugins/available/probe/subcommands');
  mkdirSync(folder);
  execFileSync('gcc', ['-O1', '-o', join(folder, 'it'), join(import.meta.dirname, '../fixtures/probe.c')]);
}

/** Reads the fixture's records. The process must have been the launcher's own: exec, not wrap. */
export function readProbe(run: Run): Seen {
  expect({ way: run.way, stderr: run.stderr, status: run.status, signal: run.signal }).toEqual({ way: run.way, stderr: '', status: 0, signal: null });
  const records = run.stdout.split('\0').slice(0, -1);
  const all = (kind: string): string[] => records.filter((record) => record.startsWith(kind)).map((record) => record.slice(1));
  const [pid = ''] = all('P');
  expect(pid).toBe(String(run.pid));
  const env = Object.fromEntries(all('E').map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
  for (const name of ['DOKKU_PID', 'TOOL_PID']) if (env[name] === pid) env[name] = 'its own';
  delete env.TOOL_FAST;
  const [cwd = ''] = all('C');
  const [umask = ''] = all('U');
  return { argv: all('A'), env, descriptors: all('F').sort(), cwd, umask, signals: all('S') };
}

const callersOwn = (env: Seen['env']): Seen['env'] => Object.fromEntries(Object.entries(env).filter(([name]) => !OURS.has(name)));

/** Runs `probe:it …` all ways; argv, environment, descriptors, directory, umask and signals must be the same. */
export async function probeEveryWay(box: Sandbox, test: Omit<Case, 'argv'> & { readonly args?: Case['argv'] }): Promise<Seen> {
  const { args = [], ways = ['direct', 'hot', 'node'] as Way[], ...rest } = test;
  // A shell exports PWD, correct, where the caller has none; callers do.
  const env = { PWD: rest.cwd ?? box.root, ...rest.env };
  const runs = await Promise.all(ways.map((way) => runOneWay(box, way, { ...rest, env, argv: ['probe:it', ...args] })));
  const seen = Object.fromEntries(runs.map((run) => [run.way, readProbe(run)]));
  const { hot, node, direct } = seen;
  if (!hot || !node) throw new Error('the probe is compared between hot and node');
  expect(node).toEqual(hot);
  if (direct) expect({ ...hot, env: callersOwn(hot.env) }).toEqual({ ...direct, env: callersOwn(direct.env) });
  for (const name of Object.keys(hot.env)) expect(name).not.toMatch(/^tool_|^plugn_|^TOOL_CALLER_/);
  const unknown = Object.keys(hot.env).filter((name) => /^(TOOL|DOKKU|PLUGIN)_/.test(name) && !OURS.has(name) && rest.env?.[name] === undefined);
  expect(unknown).toEqual([]);
  expect(hot.env.TOOL_PACKAGE).toBe(PACKAGE);
  return hot;
}
