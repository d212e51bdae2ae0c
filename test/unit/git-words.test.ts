import { expect, test } from 'vitest';
import { gitFailure, gitWords } from '../../src/git/words.ts';

const ADVICE = '\nPlease make sure you have the correct access rights\nand the repository exists.\n';

test.each([
  [
    'ssh',
    `Host key verification failed.\r\nfatal: Could not read from remote repository.\n${ADVICE}`,
    'Host key verification failed; Could not read from remote repository',
  ],
  [
    'a server over ssh',
    `Warning: Permanently added 'h' (ED25519) to the list of known hosts.\r\nremote: \nremote: =====\nremote: ERROR: The project was not found\nremote: =====\nremote: \nfatal: Could not read from remote repository.\n${ADVICE}`,
    'ERROR: The project was not found; Could not read from remote repository',
  ],
  [
    'a server over HTTP',
    "remote: Access denied for http://u:s3cret@h/x\nfatal: unable to access 'https://u:s3cret@h/x/': The requested URL returned error: 403\n",
    "Access denied for http://h/x; unable to access 'https://h/x/': The requested URL returned error: 403",
  ],
  [
    'a filter',
    "Downloading a.bin (1 B)\nError downloading object: a.bin (abc): Smudge error\n\nerror: external filter 'git-lfs filter-process' failed\nfatal: a.bin: smudge filter lfs failed\nwarning: Clone succeeded, but checkout failed.\nYou can inspect what was checked out\n",
    "Downloading a.bin (1 B); Error downloading object: a.bin (abc): Smudge error; external filter 'git-lfs filter-process' failed; a.bin: smudge filter lfs failed",
  ],
  [
    'progress, colours and controls',
    '\rReceiving: 1%\rReceiving: done\n\x1b[31mremote: \x1b]0;title\x07no\u202e\x1b[0m\nfatal: end\x07\n',
    'Receiving: done; no; end',
  ],
  [
    'the first fatal',
    "fatal: transport 'file' not allowed\nfatal: clone of 'x' into submodule path 'y' failed\nFailed to clone 'y' a second time, aborting\n",
    "transport 'file' not allowed",
  ],
  ['traces and hints', '10:11:12.123456 git.c:460: trace: built-in\nhint: try that\nerror: no\n', 'no'],
  ['what comes twice', 'no\nfatal: no\n', 'no'],
  ['words without a prefix', 'one\ntwo\n', 'one; two'],
  ['many lines', `${Array.from({ length: 50 }, (_, line) => `line ${line}`).join('\n')}\nfatal: end\n`, 'line 47; line 48; line 49; end'],
  ['a long line', `${'x'.repeat(1e6)}\nfatal: end\n`, `${'x'.repeat(300)}…; end`],
  ['nothing', '', ''],
])('of %s the cause comes first, on one line', (_of, stderr, words) => {
  expect(gitWords(stderr)).toBe(words);
});

test.each([
  [
    { status: 128, stdout: '', stderr: "fatal: could not read Username for 'https://h': terminal prompts disabled\n" },
    'https://h/x',
    "Cannot ask: could not read Username for 'https://h': terminal prompts disabled",
    'put user and token in front of the host (https://user:token@host), or set up a credential helper of git',
  ],
  [{ status: 126, stdout: '', stderr: '' }, 'https://h/x', 'Cannot ask: the program git could not be started', 'install git'],
  [{ status: 137, stdout: '', stderr: '' }, 'https://h/x', 'Cannot ask: git ended with status 137', 'check the address, and that you may read it'],
  [
    { status: 128, stdout: '', stderr: 'remote: no such token: s3cr%t\nfatal: no\n' },
    'https://u:s3cr%25t@h/x',
    'Cannot ask: no such token: ***; no',
    'check the address, and that you may read it',
  ],
  [
    { status: 128, stdout: '', stderr: 'ssh: Could not resolve hostname greet: Name or service not known\n' },
    'greet:hello',
    'Cannot ask: ssh: Could not resolve hostname greet: Name or service not known',
    'it was read as hello on the host greet; check the name',
  ],
])('a failure tells what to do: %j', (result, url, message, hint) => {
  expect(gitFailure('Cannot ask', url, result)).toMatchObject({ code: result.status === 126 ? 'program-missing' : 'git-failed', message, hint });
});
