import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.ts';

const KEY = 'ssh:SHA256:wu7HfKPQp+ETL6ShSbaUzZto3tfGwtqzKB01nI37YAM';
const LINE = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOXqXKY0ZsCs9vubBw/dpENs/PWwJsKw0L6OIKEuMMGo alice';
const MINISIGN = 'minisign:E7620F1842B4E81F';

let box: Sandbox;
beforeAll(() => {
  box = Sandbox.prepared();
  box.file('alice.pub', `${LINE}\n`).file('m.pub', 'untrusted comment: minisign public key\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n');
});
afterAll(() => box[Symbol.dispose]());

const run = async (...words: string[]) => {
  const { stdout, stderr, status } = await box.run(words, { cwd: box.root });
  return { out: stdout + stderr, status };
};

test('a key is kept in a file that its fingerprint names, for all or for one repository', async () => {
  expect(await run('trust:list')).toEqual({ out: '-----> No trusted keys; `tool trust:add KEYFILE` adds one\n', status: 0 });
  expect(await run('trust:add', 'alice.pub', '--dry-run')).toEqual({ out: `would trust ${KEY} (alice)\n`, status: 0 });
  expect(await run('trust:list')).toMatchObject({ out: expect.stringContaining('No trusted keys') });
  expect(await run('trust:add', 'alice.pub')).toEqual({ out: `-----> ${KEY} (alice) is trusted\n`, status: 0 });
  expect(await run('trust:add', 'alice.pub')).toEqual({ out: `-----> ${KEY} (alice) is trusted already\n`, status: 0 });
  expect(await box.run(['trust:add', '-', '--for', 'acme'], { stdin: readFileSync(`${box.root}/m.pub`) })).toMatchObject({
    stdout: `-----> ${MINISIGN} is trusted for the repository acme\n`,
    stderr: ' !     There is no repository acme yet\n',
  });
  expect(await run('trust:list')).toEqual({
    out: `KEY${' '.repeat(51)}   FOR    STATE   NAME\n${KEY}   all    good    alice\n${MINISIGN}${' '.repeat(29)}   acme   good    -\n`,
    status: 0,
  });
  expect(readdirSync(box.at('trust/all'))).toEqual([`${KEY.replaceAll(':', '-')}.pub`]);
  writeFileSync(box.at('trust/for/acme/minisign-E7620F1842B4E81F.pub'), 'x');
  expect(JSON.parse((await run('trust:list', '--json')).out)[1]).toEqual({ kind: 'minisign', key: MINISIGN, names: [], state: 'damaged', repository: 'acme' });
});

test('is named by the end of its fingerprint, and removed where it is trusted', async () => {
  await run('trust:add', 'alice.pub');
  await run('trust:add', 'alice.pub', '--for', 'other');
  expect(await run('trust:remove', 'SHA256:wu7HfKPQp+ETL6ShSbaUzZto3tfGwtqzKB01nI37YAm')).toEqual({
    out: ` !     No key "SHA256:wu7HfKPQp+ETL6ShSbaUzZto3tfGwtqzKB01nI37YAm" is trusted; did you mean ${KEY}? See those that are with \`tool trust:list\`\n`,
    status: 1,
  });
  expect(await run('trust:remove', '7YAM')).toMatchObject({ status: 1 });
  expect(await run('trust:remove', 'nI37YAM1')).toMatchObject({ status: 1 });
  expect(await run('trust:remove', '1nI37YAM', '--for', 'other', '--dry-run')).toEqual({ out: `would trust ${KEY} no more (other)\n`, status: 0 });
  expect(await run('trust:remove', '1nI37YAM')).toEqual({ out: `-----> ${KEY} is trusted no more (all, other)\n`, status: 0 });
});

test.each([
  [['nowhere.pub'], 1, 'There is no file nowhere.pub; check the path'],
  [['alice.pub', '--for', '../x'], 2, '"../x" cannot be the name of a repository; a name is of letters'],
])('trust:add %j is refused', async (words, status, message) => {
  expect(await run('trust:add', ...words)).toEqual({ out: expect.stringContaining(message), status });
});

test('a remote user cannot say whom the server trusts', async () => {
  for (const words of [
    ['trust:add', '-'],
    ['trust:remove', KEY],
  ]) {
    expect(await box.run(words, { env: { SSH_ORIGINAL_COMMAND: words.join(' ') }, stdin: LINE })).toMatchObject({
      stderr: ' !     Whom the server trusts is not for a remote user to say; ask whoever runs the server\n',
      status: 1,
    });
  }
});
