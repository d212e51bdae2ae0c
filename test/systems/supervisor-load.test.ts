import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeInstance } from '../../src/providers/instances/instance.ts';
import { newInstance } from '../../src/providers/instances/new-instance.ts';
import { providerPaths } from '../../src/providers/paths.ts';
import { markedProcesses } from '../../src/providers/supervisor/process-marks.ts';
import { homeKey } from '../../src/providers/supervisor/run-folder.ts';
import { fixtureProvider, until } from '../support/providers.ts';
import { Sandbox } from '../support/sandbox.ts';

/** All of them in `make soak`. */
const [INSTANCES, KILLED] = process.env.CASES === 'all' ? [200, 50] : [12, 3];
/** Which are killed; another number is another choice. */
const SEED = Number(process.env.SEED ?? 1);

/** Numbers that look random, the same for one seed. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

test(`${INSTANCES} instances: ${KILLED} are killed, and then the supervisor; nothing is left, and the next one runs all (SEED=${SEED})`, {
  timeout: 600_000,
}, async () => {
  using box = new Sandbox();
  mkdirSync(join(box.root, 'run'), { mode: 0o700 });
  const run = (...words: string[]) => box.run(words, { env: { XDG_RUNTIME_DIR: join(box.root, 'run') } });
  const json = async (...words: string[]) => JSON.parse((await run(...words, '--json')).stdout);
  const marked = () => markedProcesses([`${homeKey(box.home)}.`]);
  const running = async (): Promise<{ name: string; state: string; pid: number; restarts: number }[]> =>
    (await json('instance:list')).filter(({ state }: { state: string }) => state === 'running');
  await run('provider:install', fixtureProvider('pybot'));
  const paths = providerPaths(box.home);
  for (let number = 0; number < INSTANCES; number++) writeInstance(paths, newInstance(`load-${number}`, 'pybot', { 'pybot/greeting': 'Hi' }));
  try {
    expect(await run('serve')).toMatchObject({ status: 0, stdout: expect.stringContaining(`${INSTANCES} instances running`) });
    const before = await running();
    const random = numbers(SEED);
    const chosen = new Set<number>();
    while (chosen.size < KILLED) chosen.add(before[random.next().value % INSTANCES]?.pid ?? 0);
    for (const pid of chosen) process.kill(pid, 'SIGKILL');
    const after = await until(running, (found) => found.length === INSTANCES && found.every(({ pid }) => !chosen.has(pid)));
    expect(after.filter(({ restarts }) => restarts === 1)).toHaveLength(KILLED);
    expect((await marked()).length).toBe(INSTANCES);

    process.kill(JSON.parse(readFileSync(paths.serving, 'utf8')).process.pid, 'SIGKILL');
    await until(marked, (pids) => pids.length === 0);
    expect(await run('serve')).toMatchObject({ status: 0, stdout: expect.stringContaining(`${INSTANCES} instances running`) });
    expect(await run('action:run', 'greet', '--instance', `load-${INSTANCES - 1}`, '--param', 'pybot/who=you')).toMatchObject({
      stdout: `"Hi, you, says load-${INSTANCES - 1}"\n`,
    });
  } finally {
    await run('serve:stop');
  }
  expect(await marked()).toEqual([]);
});
