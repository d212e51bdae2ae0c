import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Bytes, ending, PACKAGE, type RunOptions, type RunResult, type Sandbox } from './sandbox.ts';

/** How a plugin's file comes to run: by itself, by the launcher alone, or by the launcher after Node has decided. */
export type Way = 'direct' | 'hot' | 'node';

export interface Case extends RunOptions {
  /** The command word, then its arguments. */
  readonly argv: readonly Bytes[];
  /** The ways that mean something here; all three unless told. */
  readonly ways?: readonly Way[];
}

export interface Run extends RunResult {
  readonly way: Way;
  readonly pid: number;
}

const watch = (box: Sandbox, ...path: string[]): string => join(box.root, 'watch', ...path);

/** Prepares the home, and puts a Node into its environment that leaves a mark for every launcher it decides for. */
export async function watchNode(box: Sandbox): Promise<void> {
  expect(await box.run(['version'])).toMatchObject({ status: 0, stderr: '' });
  mkdirSync(watch(box, 'marks'), { recursive: true });
  box.file('watch/node', `#!/bin/sh\ncase $2 in plan) : >'${watch(box, 'marks')}'/$PPID ;; esac\nexec '${process.execPath}' "$@"\n`);
  const folder = box.at('env', PACKAGE.slice(1));
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.sh'))) {
    const text = readFileSync(join(folder, name), 'utf8').replace(/TOOL_NODE='[^']*'/, `TOOL_NODE='${watch(box, 'node')}'`);
    // Written beside and renamed, as the launcher's own rendering is: somebody may be sourcing it.
    writeFileSync(watch(box, 'environment'), text);
    renameSync(watch(box, 'environment'), join(folder, name));
  }
}

/** Whether Node decided for the launcher of that pid; asking takes the mark away. */
export function nodeDecided(box: Sandbox, pid: number): boolean {
  const mark = watch(box, 'marks', String(pid));
  const found = existsSync(mark);
  rmSync(mark, { force: true });
  return found;
}

/** The file that a `plugin:name` or bare word stands for. */
export function fileOf(box: Sandbox, word: string): string {
  const [plugin = '', ...rest] = word.split(':');
  return box.at('plugins/enabled', plugin, 'subcommands', rest.join(':') || 'default');
}

/** Runs a case one way, and fails when the launcher took another. */
export async function runOneWay(box: Sandbox, way: Way, test: Case): Promise<Run> {
  const { argv, ways: _, ...options } = test;
  const child =
    way === 'direct'
      ? box.start(argv, { ...options, command: fileOf(box, String(argv[0])) })
      : box.start(argv, way === 'node' ? { ...options, env: { ...options.env, TOOL_FAST: '0' } } : options);
  const result = await ending(child, options.stdin);
  const pid = child.pid ?? 0;
  expect({ way, nodeDecided: nodeDecided(box, pid) }).toEqual({ way, nodeDecided: way === 'node' });
  return { ...result, way, pid };
}

const outcome = ({ stdout, stderr, status, signal }: Run): RunResult => ({ stdout, stderr, status, signal });

/** Runs a case all ways, and fails unless they ended alike in every byte. */
export async function runEveryWay(box: Sandbox, test: Case): Promise<RunResult> {
  const runs = await Promise.all((test.ways ?? ['direct', 'hot', 'node']).map((way) => runOneWay(box, way, test)));
  const [first, ...others] = runs.map(outcome);
  if (!first) throw new Error('a case needs at least one way');
  for (const [index, other] of others.entries()) expect({ way: runs[index + 1]?.way, ...other }).toEqual({ way: runs[index + 1]?.way, ...first });
  return first;
}
