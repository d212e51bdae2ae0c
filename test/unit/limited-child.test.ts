import { expect, test } from 'vitest';
import { runLimited } from '../../src/system/limited-child.ts';

/** Holds the event loop up for longer than output is waited for, in every turn, right behind its look at children and pipes. @returns what ends it */
function busy(milliseconds: number): () => void {
  let ended = false;
  const turn = (): void => {
    const until = Date.now() + milliseconds;
    while (Date.now() < until);
    if (!ended) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    ended = true;
  };
}

test('what a child printed before its end is read, however busy this process is', async () => {
  const end = busy(230);
  try {
    const limits = { timeoutMs: 30_000, outputBytes: 1 << 20 };
    const results = await Promise.all(
      Array.from({ length: 16 }, (_, index) => runLimited('sh', ['-c', `sleep 0.${index % 8}; echo ${index}; exit 3`], process.env, limits)),
    );
    expect(results.map(({ stdout, status }) => [stdout.toString(), status])).toEqual(results.map((_, index) => [`${index}\n`, 3]));
  } finally {
    end();
  }
});

test('what somebody in the background keeps open is not waited for', async () => {
  const started = process.hrtime.bigint();
  const result = await runLimited('sh', ['-c', 'setsid sleep 5 & echo first'], process.env, { timeoutMs: 30_000, outputBytes: 1 << 20 });
  expect({ stdout: result.stdout.toString(), status: result.status }).toEqual({ stdout: 'first\n', status: 0 });
  expect(process.hrtime.bigint() - started).toBeLessThan(4_000_000_000n);
});

test('nothing of a child that ended keeps this process from its own end', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  // Several, so that a timer left behind by each outweighs one of the runner's that ends meanwhile.
  for (let run = 0; run < 5; run++) await runLimited('sh', ['-c', 'echo x'], process.env, { timeoutMs: 30_000, outputBytes: 1 << 20 });
  expect(timers()).toBeLessThanOrEqual(before);
});
