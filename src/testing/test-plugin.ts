import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Plugin } from '../plugins/plugin.ts';
import { batsFiles, runBats } from './bats.ts';
import { lastLines, runInHome, type TestWorld } from './run-in-home.ts';
import { fileChecks, fileNotes } from './smoke-files.ts';
import { helpChecks } from './smoke-help.ts';
import type { TestLimits } from './test-limits.ts';
import { failed, passed, type TestListener } from './test-point.ts';
import type { TestSubject } from './test-subject.ts';

export interface TestOptions {
  readonly filter: string | undefined;
  readonly limits: TestLimits;
  /** Whether what ShellCheck finds is a failure. */
  readonly strict: boolean;
  readonly listener: TestListener;
}

/** Whether a plugin's manifest can be read: asked before anything is copied, since a directory without one may be anything. */
export function manifestReads({ name: plugin, directory }: TestSubject, listener: TestListener): boolean {
  const name = 'plugin.toml can be read';
  const { manifest, problem } = new Plugin(plugin, directory);
  listener.point(problem === undefined ? passed(name) : failed(name, problem));
  for (const field of ['description', 'version'] as const) {
    if (manifest && manifest[field] === '') listener.note(`plugin.toml says no ${field}`);
  }
  return problem === undefined;
}

/** Installs the plugin into the home and runs its bats files, or the smoke test where it has none. */
export async function testPlugin(world: TestWorld, { name, directory }: TestSubject, options: TestOptions): Promise<void> {
  const { filter, limits, listener, strict } = options;
  if (!(await installs(world, { name, directory }, options))) return;
  const files = batsFiles(world.home.tree);
  if (files.length > 0) return runBats(world, files, { filter, seconds: limits.bats, listener });
  const wanted = filter === undefined ? undefined : new RegExp(filter);
  let matched = 0;
  for (const check of [...fileChecks(world, { seconds: limits.install, strict }), ...helpChecks(world, name, limits.help)]) {
    if (world.interrupted.aborted) return;
    if (wanted && !wanted.test(check.name)) continue;
    matched++;
    const point = await check.make();
    if (!world.interrupted.aborted) listener.point(point);
  }
  if (matched === 0) listener.point(failed('a test matches', `no check has a name that matches ${filter}`));
  for (const note of fileNotes(world.home.tree)) listener.note(note);
}

async function installs(world: TestWorld, { name, directory }: TestSubject, { limits, listener }: TestOptions): Promise<boolean> {
  const point = 'plugin installs';
  const words = ['tool', 'plugin:install', directory, '--name', name, '--enable-needed'];
  const { status, timedOut, output } = await runInHome(world, words, { seconds: limits.install });
  if (world.interrupted.aborted) return false;
  if (timedOut) listener.point(failed(point, `it was ended after ${limits.install} s; TOOL_TEST_TIMEOUT gives it more`, ...lastLines(output)));
  else if (status !== 0) listener.point(failed(point, `exit status ${status}`, ...lastLines(output)));
  // The rendered environment is what every later step gets.
  else if (!existsSync(join(world.home.root, 'home/env'))) listener.point(failed(point, 'the home was not prepared', ...lastLines(output)));
  else {
    listener.point(passed(point));
    return true;
  }
  return false;
}
