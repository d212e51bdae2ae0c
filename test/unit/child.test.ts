import { expect, test } from 'vitest';
import { askProgram, runChild, startChild } from '../../src/system/child.ts';

const env = process.env;
const shell = (script: string) => runChild('sh', ['-c', script], { env, output: 'capture-all' });

test('a status is that of the program, 128 and the number of a signal, or 126', async () => {
  expect((await shell('exit 7')).status).toBe(7);
  expect((await shell('kill -TERM $$')).status).toBe(143);
  expect((await runChild('/nonexistent/program', [], { env, output: 'capture' })).status).toBe(126);
  expect(await startChild('/nonexistent/program', [], { stdio: 'ignore' }).exited).toBe(126);
  expect(askProgram('sh', ['-c', 'exit 7']).status).toBe(7);
  expect(askProgram('/nonexistent/program', [])).toEqual({ status: 126, stdout: '', stderr: '' });
});

test('what a program says comes back whole, standard input is empty or what was given', async () => {
  expect(await shell('cat; echo out; echo err >&2')).toEqual({ status: 0, stdout: 'out\n', stderr: 'err\n' });
  expect(askProgram('cat', [], { input: 'given' }).stdout).toBe('given');
  expect(askProgram('cat', []).stdout).toBe('');
});

test('of megabytes of complaints the beginning and the end are kept', async () => {
  const { stderr } = await shell('printf "first " >&2; head -c 12000000 /dev/zero | tr "\\0" x >&2; printf " last" >&2');
  expect(stderr.length).toBeLessThan(200_000);
  expect(stderr).toMatch(/^first x+\n… \d+ bytes …\nx+ last$/);
  const [, left] = /… (\d+) bytes …/.exec(stderr) ?? [];
  expect(stderr.replace(/\n….*…\n/, '').length + Number(left)).toBe(12_000_011);
});

test('what is just as long as is kept has nothing left out', async () => {
  const { stderr } = await shell('head -c 131072 /dev/zero | tr "\\0" x >&2');
  expect(stderr).toBe('x'.repeat(131_072));
});
