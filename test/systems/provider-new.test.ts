import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

/** How each is built and tested, as its README says; what it needs stands on PATH. */
const LANGUAGES = {
  ts: { needs: [], build: ['npm', 'run', 'build'], tests: ['npm', 'test'] },
  bash: { needs: [], build: ['./build'], tests: ['node', '--test', 'test/'] },
  python: { needs: ['python3'], build: ['./build'], tests: ['python3', 'test_provider.py'] },
} as const;

for (const [language, { needs, build, tests }] of Object.entries(LANGUAGES))
  testNeeding(...needs)(
    `provider:new --lang ${language} makes one that is built, passes its own test, and has its version in it`,
    { timeout: 120_000 },
    async () => {
      using box = Sandbox.prepared();
      expect(await box.run(['provider:new', 'hello.there', '--lang', language, '--directory', 'new/one'], { cwd: box.root })).toMatchObject({
        stdout: expect.stringMatching(/^-----> new\/one made: \d+ files\nBuild and test it: cd new\/one && /),
        stderr: '',
        status: 0,
      });
      const directory = join(box.root, 'new/one');
      if (language === 'ts') symlinkSync(join(PACKAGE, 'node_modules'), join(directory, 'node_modules'));
      // The library of a provider in bash is asked of tool, as outside of any host.
      const env = { PATH: `${join(PACKAGE, 'bin')}:${process.env.PATH}` };
      const run = ([command, ...words]: readonly string[], more: Record<string, string> = {}) =>
        box.run(words, { command: command ?? '', cwd: directory, env: { ...env, ...more } });
      expect(await run(build, { VERSION: 'v9.8.7' })).toMatchObject({ status: 0 });
      expect(readdirSync(join(directory, 'dist'))).toEqual(['hello.there']);
      expect(await run(['dist/hello.there', 'version'])).toEqual({ stdout: 'Version: v9.8.7\n', stderr: '', status: 0, signal: null });
      expect(await run(build)).toMatchObject({ status: 0 });
      expect((await run(['dist/hello.there', 'version'])).stdout).toBe('Version: v0.1.0\n');
      expect(await run(tests)).toMatchObject({ status: 0 });
      if (language === 'ts') expect(await run(['npm', 'run', 'types'])).toMatchObject({ status: 0 });
      // It runs under a host, which gives it little of the environment.
      const tool = (...words: string[]) => box.run(words, { cwd: box.root });
      expect(await tool('provider:install', 'new/one/dist/hello.there')).toMatchObject({ stderr: '', status: 0 });
      expect(await tool('instance:create', 'mine', '--provider', 'hello.there', '--param', 'hello.there/greeting=Bye')).toMatchObject({ status: 0 });
      box.file('machine.json', '{"Name": "web"}');
      const greet = await tool('action:run', 'greet', '--model', 'machines', '--id', 'm1', '--object-file', 'machine.json', '--oneshot');
      expect(greet).toMatchObject({ stdout: '"Bye, web"\n', stderr: '', status: 0 });
    },
  );
