import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inByteOrder } from '../home/names.ts';
import { somethingAt } from '../system/links.ts';
import { lastLines, runInHome, type TestWorld } from './run-in-home.ts';
import { failed, type TestListener, type TestPoint } from './test-point.ts';

/** The folders of a plugin that hold its tests, by convention (contract dokku §8). */
const TEST_FOLDERS = ['test', 'tests'];
const NOT_OURS: ReadonlySet<string> = new Set(['node_modules', 'test_helper', 'stubs']);

/** A plugin's bats files, named from its directory, in byte order. Folders that came from elsewhere have tests of their own. */
export function batsFiles(directory: string): string[] {
  const files: string[] = [];
  const folders = [...TEST_FOLDERS];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(join(directory, folder))) {
      const path = `${folder}/${entry.name}`;
      if (entry.name.startsWith('.') || NOT_OURS.has(entry.name)) continue;
      if (!entry.isDirectory()) files.push(...(entry.name.endsWith('.bats') ? [path] : []));
      else if (!somethingAt(join(directory, path, '.git'))) folders.push(path);
    }
  }
  return files.sort(inByteOrder);
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Runs bats files in the home and tells their tests as they end; what bats itself does wrong is a failed point. */
export async function runBats(
  world: TestWorld,
  files: readonly string[],
  { filter, seconds, listener }: { filter: string | undefined; seconds: number; listener: TestListener },
): Promise<void> {
  const reader = tapReader(listener);
  const words = ['bats', '--tap', ...(filter === undefined ? [] : ['--filter', filter]), ...files];
  const { status, timedOut, output } = await runInHome(world, words, { seconds, onLine: reader.line });
  const { planned, reported, failures } = reader.end();
  if (world.interrupted.aborted) return;
  if (timedOut) listener.point(failed('bats ends in time', `it was ended after ${seconds} s; TOOL_TEST_TIMEOUT gives it more`));
  else if (planned === 0 && filter !== undefined) listener.point(failed('a test matches', `no test has a name that matches ${filter}`));
  else if (planned !== reported || planned === 0) {
    listener.point(failed('bats runs every test', `it planned ${planned ?? 'none'} and told of ${reported}, exit status ${status}`, ...lastLines(output)));
  } else if (status !== 0 && failures === 0) {
    listener.point(failed('bats succeeds', `exit status ${status}, though no test failed`, ...lastLines(output)));
  }
}

/** Reads TAP a line at a time. A failed test is told when the lines behind it, which say why, have come. */
export function tapReader(listener: TestListener) {
  let [planned, reported, failures]: [number | undefined, number, number] = [undefined, 0, 0];
  let failing: { name: string; lines: string[] } | undefined;
  const flush = (): void => {
    if (failing) listener.point({ ...failing, state: 'failed' });
    failing = undefined;
  };
  const point = (result: TestPoint): void => {
    flush();
    reported++;
    if (result.state === 'failed') {
      failures++;
      failing = { name: result.name, lines: [] };
    } else listener.point(result);
  };
  return {
    line: (line: string): void => {
      const plan = /^1\.\.(\d+)/.exec(line);
      const result = /^(ok|not ok) \d+ ?(?:- )?(.*?)(?: # (skip|todo)\b ?(.*))?$/i.exec(line);
      if (plan) planned = Number(plan[1]);
      else if (result) {
        const [, word, name = '', directive, reason = ''] = result;
        if (directive) point({ name, state: 'skipped', lines: [reason || directive.toLowerCase()] });
        else point({ name, state: word === 'ok' ? 'passed' : 'failed', lines: [] });
      } else if (failing) failing.lines.push(line.replace(/^# ?/, ''));
      else if (line.trim() !== '') listener.note(line.replace(/^# ?/, ''));
    },
    end: () => {
      flush();
      return { planned, reported, failures };
    },
  };
}
