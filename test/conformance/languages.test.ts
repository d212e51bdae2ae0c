import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { afterAll, describe, expect } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { addProbe } from '../support/probe.ts';
import { fileOf, runEveryWay, watchNode } from '../support/routes.ts';
import { PACKAGE, Sandbox, SHELLS, type ShellName } from '../support/sandbox.ts';

const ARGS = ['', 'a  b', '*', `it's "quoted"`, '$HOME', 'two\nlines', '-n', '--', 'ä'];

/** Each tells its argv, reads stdin to its end, writes to both streams and exits 3. */
const LANGUAGES: Record<string, string> = {
  sh: '#!/bin/sh\nprintf "%s|" "$@"\ncat\necho err >&2\nexit 3\n',
  bash: '#!/usr/bin/env bash\nset -eo pipefail\nprintf "%s|" "$@"\ncat\necho err >&2\nexit 3\n',
  'bash-with-flag': '#!/bin/bash -e\nprintf "%s|" "$@"\ncat\necho err >&2\nexit 3\n',
  'env-s': '#!/usr/bin/env -S bash -e\nprintf "%s|" "$@"\ncat\necho err >&2\nexit 3\n',
  python3:
    '#!/usr/bin/env python3\nimport os, sys\nos.write(1, b"".join(os.fsencode(a) + b"|" for a in sys.argv[1:]) + sys.stdin.buffer.read())\nprint("err", file=sys.stderr)\nsys.exit(3)\n',
  node: '#!/usr/bin/env node\nconst fs = require("node:fs");\nfs.writeSync(1, process.argv.slice(2).map((word) => `${word}|`).join("") + fs.readFileSync(0, "utf8"));\nconsole.error("err");\nprocess.exit(3);\n',
};

/** Programs that are none; which status of the two a shell gives to a missing interpreter is its own affair. */
const BROKEN: Record<string, { text: string; statuses: number[]; message: string }> = {
  crlf: { text: '#!/bin/sh\r\necho never\r\n', statuses: [126, 127], message: 'carriage return' },
  'no-interpreter': { text: '#!/no/such/interpreter\n', statuses: [126, 127], message: 'install /no/such/interpreter' },
  'folder-interpreter': { text: '#!/usr/bin\n', statuses: [126], message: '/usr/bin' },
};

const box = new Sandbox();
box.plugin('broken', Object.fromEntries(Object.entries(BROKEN).map(([name, { text }]) => [`subcommands/${name}`, text])));
box.plugin('lang', Object.fromEntries(Object.entries(LANGUAGES).map(([name, text]) => [`subcommands/${name}`, text])));
box.plugin('bare', {
  'subcommands/text': 'printf "%s|" "$@"\nprintf "%s\\n" "$0"\nset | grep -c "^tool_"\nexit 4\n',
  'subcommands/pid': 'echo "$$"\n',
  'subcommands/fails': 'exit 127\n',
});
for (const name of ['text', 'pid', 'fails']) chmodSync(fileOf(box, `bare:${name}`), 0o755);
addProbe(box);
await watchNode(box);
afterAll(() => box[Symbol.dispose]());

describe.concurrent('a plugin may be written in', () => {
  for (const name of Object.keys(LANGUAGES)) {
    testNeeding(...(name.split('-')[0] === 'env' ? ['bash'] : [name.split('-')[0] ?? '']))(name, async () => {
      const result = await runEveryWay(box, { argv: [`lang:${name}`, ...ARGS], stdin: 'from stdin' });
      const argv = [`lang:${name}`, ...ARGS].map((word) => `${Buffer.from(word).toString('latin1')}|`).join('');
      expect(result).toEqual({ stdout: `${argv}from stdin`, stderr: 'err\n', status: 3, signal: null });
    });
  }

  testNeeding('gcc')('C: a program linked under several names tells them by its own', async () => {
    const source = '#include <stdio.h>\n#include <string.h>\nint main(int n, char **a) { printf("%s of %d, %s", strrchr(a[0], 47) + 1, n, a[1]); return 6; }\n';
    box.file('multi.c', source);
    box.plugin('multi', { 'plugin.toml': '' });
    mkdirSync(box.at('plugins/available/multi/subcommands'));
    execFileSync('gcc', ['-o', box.at('plugins/available/multi/multi'), `${box.root}/multi.c`]);
    for (const name of ['one', 'two:three', 'default']) symlinkSync('../multi', fileOf(box, `multi:${name}`));
    expect(await runEveryWay(box, { argv: ['multi:one', 'x'] })).toEqual({ stdout: 'one of 3, multi:one', stderr: '', status: 6, signal: null });
    expect(await runEveryWay(box, { argv: ['multi:two:three'] })).toMatchObject({ stdout: 'two:three of 2, multi:two:three', status: 6 });
    expect(await runEveryWay(box, { argv: ['multi'] })).toMatchObject({ stdout: 'default of 2, multi', status: 6 });
  });
});

describe.concurrent('a file without #!', () => {
  for (const shell of [undefined, ...(Object.keys(SHELLS) as ShellName[])]) {
    const ways = ['hot', 'node'] as const;
    testNeeding(...(shell ? [SHELLS[shell][0]] : []))(`is run by the launcher's shell: ${shell ?? 'sh'}`, async () => {
      const options = { ...(shell ? { shell } : {}), ways };
      const text = await runEveryWay(box, { argv: ['bare:text', ...ARGS], ...options });
      const argv = ['bare:text', ...ARGS].map((word) => `${Buffer.from(word).toString('latin1')}|`).join('');
      expect(text).toEqual({ stdout: `${argv}${fileOf(box, 'bare:text')}\n0\n`, stderr: '', status: 4, signal: null });
      expect(await runEveryWay(box, { argv: ['bare:fails'], ...options })).toEqual({ stdout: '', stderr: '', status: 127, signal: null });
    });
  }
});

describe.concurrent('a file that cannot be run', () => {
  for (const shell of [undefined, ...(Object.keys(SHELLS) as ShellName[])]) {
    for (const [name, { statuses, message }] of Object.entries(BROKEN)) {
      testNeeding(...(shell ? [SHELLS[shell][0]] : []))(`says so in one line of ours, alike on both routes: ${name}, ${shell ?? 'sh'}`, async () => {
        const { stdout, stderr, status } = await runEveryWay(box, { argv: [`broken:${name}`], ways: ['hot', 'node'], ...(shell ? { shell } : {}) });
        expect(stdout).toBe('');
        expect(status).toBeOneOf(statuses);
        const ours = stderr.split('\n').filter((line) => line.startsWith(' !     '));
        expect(ours).toHaveLength(1);
        expect(ours[0]).toContain(fileOf(box, `broken:${name}`));
        expect(ours[0]).toContain(message);
      });
    }
  }
});

for (const shell of Object.values(SHELLS)) {
  testNeeding(shell[0])(`an interpreter that is there is not told to be installed, as when the arguments are too long: ${shell[0]}`, async () => {
    // The trap's own words: how much is too long for the kernel depends on the machine.
    const trap = 'tool_pkg=$1 tool_target=$2 tool_status=126 && . "$1/libexec/exec-failed"';
    const { stderr, status } = await box.run([...shell.slice(1), '-c', trap, 'x', PACKAGE, fileOf(box, 'lang:sh')], { command: shell[0] });
    expect({ stderr, status }).toEqual({
      stderr: ` !     Cannot run ${fileOf(box, 'lang:sh')}; its interpreter is there, so the arguments and the environment may be too long, or the file is being written\n`,
      status: 126,
    });
  });
}
