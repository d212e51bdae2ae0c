import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { adaptExecutor } from '../../src/plugins/botkube/adapt-executor.ts';
import { COOKIE } from '../../src/plugins/botkube/cookie.ts';
import { encodeExecute } from '../../src/runtimes/grpc/executor-messages.ts';
import { CallFailure, refusalOf } from '../../src/runtimes/grpc/failures.ts';
import { placeIn } from '../../src/runtimes/grpc/handshake.ts';
import { linesOf, readLogLine } from '../../src/runtimes/grpc/log-lines.ts';
import { Message } from '../../src/runtimes/grpc/protobuf.ts';
import { renderMessage, renderMessages } from '../../src/runtimes/grpc/render-message.ts';

test.each<[line: string, place: object | string]>([
  ['1|3|unix|/tmp/plugin1|grpc|', { path: '/tmp/plugin1' }],
  ['1|3|unix|/tmp/plugin1|grpc||true\r', { path: '/tmp/plugin1' }],
  ['1|3|tcp|127.0.0.1:10000|grpc', { host: '127.0.0.1', port: 10_000 }],
  ['1|3|tcp|[::1]:10000|grpc', { host: '::1', port: 10_000 }],
  ['2|3|unix|/tmp/x|grpc', "speaks version 2 of go-plugin's protocol, and 1 is asked for"],
  ['1|2|unix|/tmp/x|grpc', "speaks version 2 of Botkube's protocol, and 3 is asked for"],
  ['1|3|unix|/tmp/x', "speaks netrpc, and Botkube's plugins speak grpc"],
  [`1|3|unix|/tmp/x|grpc|${'A'.repeat(60)}`, "asks for TLS, which Botkube's plugins do not"],
  ['1|3|tcp|192.0.2.1:80|grpc', 'listens at tcp 192.0.2.1:80, which is no place of this machine'],
  ['1|3|tcp|127.0.0.1.example.org:80|grpc', 'listens at tcp 127.0.0.1.example.org:80, which is no place of this machine'],
  ['1|3|unix||grpc', 'listens at unix , which is no place of this machine'],
])('the handshake %j', (line, place) => {
  if (typeof place === 'string') expect(() => placeIn(line)).toThrow(place);
  else expect(placeIn(line)).toEqual(place);
});

test.each<[line: string, read: object]>([
  ['{"@level":"warn","@message":"careful","@module":"kc","@timestamp":"now","n":1,"of":"x"}', { level: 'warn', text: 'careful n=1 of=x' }],
  ['[DEBUG] kc: fine', { level: 'debug', text: 'kc: fine' }],
  ['[WHATEVER] x', { level: undefined, text: '[WHATEVER] x' }],
  ['{"@level":"loud","@message":"x"}', { level: undefined, text: '{"@level":"loud","@message":"x"}' }],
  ['{"level":"info"', { level: undefined, text: '{"level":"info"' }],
  ['panic: x', { level: undefined, text: 'panic: x' }],
])('the logged line %s', (line, read) => {
  expect(readLogLine(line)).toEqual(read);
});

test.each<[status: number, message: string, line: string, exit: number]>([
  [2, 'The @fail label', 'kc: The @fail label', 1],
  [3, 'no such flag', 'kc: no such flag (INVALID_ARGUMENT)', 2],
  [4, 'too\nlate', 'kc: too late (DEADLINE_EXCEEDED)', 124],
  [5, 'no such pod', 'kc: no such pod (NOT_FOUND)', 1],
  [7, 'not you', 'kc: not you (PERMISSION_DENIED)', 77],
  [8, 'too much', 'kc: too much (RESOURCE_EXHAUSTED)', 75],
  [12, 'what?', 'kc: what? (UNIMPLEMENTED)', 70],
  [99, '', 'kc: it said nothing (99)', 1],
])('the status %d of gRPC', (status, message, line, exit) => {
  expect(refusalOf('kc', new CallFailure(status, message))).toMatchObject({ code: 'executor-failed', message: line, status: exit });
});

test('a stream is cut into lines however it comes, and a line without an end into pieces', () => {
  const lines: string[] = [];
  const take = linesOf((line) => lines.push(line));
  for (const chunk of ['a', 'b\nc\n\nd', 'é'.slice(0, 1), 'x'.repeat(200_000)]) take(Buffer.from(chunk));
  take();
  expect(lines.slice(0, 3)).toEqual(['ab', 'c', '']);
  expect(lines.slice(3).map(({ length }) => length)).toEqual([65_535, 65_536, 65_536, 3395]);
  expect(lines.slice(3).join('')).toBe(`dé${'x'.repeat(200_000)}`);
});

test('what Botkube’s own code reads without a look is in a request, though it is empty', () => {
  const request = new Message(encodeExecute({ command: 'kc', config: undefined, kubeConfig: undefined, user: '' }));
  expect([request.text(1), request.entries(2), request.message(3)?.message(5)?.text(1)]).toEqual(['kc', [], '']);
});

const plain = (message: unknown) => renderMessage(message, 'tool').map((line) => (typeof line === 'string' ? line : `# ${line.heading}`));

test.each<[what: string, message: unknown, lines: string[]]>([
  [
    'a code block',
    { type: 'baseBodyWithFilter', baseBody: { codeBlock: 'NAME   READY\nweb    1/1\n' }, sections: [{ header: 'x' }] },
    ['NAME   READY', 'web    1/1'],
  ],
  ['text and a code block', { baseBody: { plaintext: 'Pods:', codeBlock: 'web' }, timestamp: '0001-01-01T00:00:00Z' }, ['Pods:', 'web']],
  ['nothing', {}, []],
  ['what is to be skipped', { type: 'skipMessage', baseBody: { plaintext: 'x' } }, []],
  ['no object', ['x'], []],
  ['members of other kinds', { baseBody: 'x', sections: { 0: 1 }, timestamp: 7, plaintextInputs: [null] }, []],
  [
    'an event',
    {
      type: 'nonInteractiveEventSingleSection',
      baseBody: { plaintext: 'not shown' },
      sections: [
        {
          header: 'Pod created',
          textFields: [{ key: 'Kind', value: 'Pod' }],
          bulletLists: [{ title: 'Messages', items: ['one', 'two'] }, { title: 'none' }],
          context: [{ text: 'by hand' }],
        },
      ],
      timestamp: '2024-11-15T12:52:02Z',
    },
    ['# Pod created', '# Fields', ' • Kind: Pod', '', '', '# Messages', ' • one', ' • two', 'by hand', '', 'Fri, 15 Nov 2024 12:52:02 GMT'],
  ],
  [
    // As TestInteractiveMessageToPlaintextMultiSelect of Botkube has it.
    'a choice',
    {
      sections: [
        {
          multiSelect: {
            name: 'Adjust notifications',
            description: { plaintext: 'Select notification sources' },
            options: [
              { name: 'K8s all events', value: 'k8s-all-events' },
              { name: 'K8s recommendations', value: 'k8s-recommendations' },
            ],
          },
        },
      ],
    },
    ['Select notification sources', '', '# Available options', ' • k8s-all-events', ' • k8s-recommendations'],
  ],
  [
    'buttons, selects and inputs',
    {
      baseBody: { plaintext: 'Use {{BotName}} so:' },
      sections: [
        {
          header: 'Run {{BotName}}',
          description: 'Commands',
          buttons: [
            { name: 'Get', command: '{{BotName}} kubectl get pods', description: 'List', descriptionStyle: 'bold' },
            { name: 'Docs', url: 'https://example.org' },
          ],
        },
        { selects: { items: [{ optionGroups: [{ name: 'Verbs', options: [{ name: 'Get', value: 'get' }] }] }] } },
      ],
      plaintextInputs: [{ command: '{{BotName}} kubectl --filter=', text: 'Filter' }],
    },
    [
      'Use tool so:',
      '',
      '# Run tool',
      'Commands',
      '# List',
      '  • tool kubectl get pods',
      'Docs: https://example.org',
      '',
      '# Available options',
      ' • Verbs',
      '    • get',
      '',
      '  • tool kubectl --filter= … (Filter)',
    ],
  ],
])('a message of %s', (_what, message, lines) => {
  expect(plain(message)).toEqual(lines);
});

test('several messages stand apart', () => {
  expect(renderMessages([{ baseBody: { plaintext: 'a' } }, { type: 'skipMessage' }, { baseBody: { codeBlock: 'b' } }], 'tool')).toEqual(['a', '', 'b']);
});

const trees: string[] = [];
afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});
/** A tree with a program, and with a command that runs it. */
function treeWith(program: Buffer | string, path: string): string {
  const tree = mkdtempSync(join(tmpdir(), 'tool-executor-'));
  trees.push(tree);
  mkdirSync(join(tree, 'bare'));
  if (path.startsWith('program/')) {
    mkdirSync(join(tree, 'program'));
    symlinkSync(`../${path}`, join(tree, 'bare/default'));
  }
  writeFileSync(join(tree, path), program, { mode: 0o755 });
  return tree;
}
const listed = { name: 'kc', type: 'executor', description: 'Runs\nkubectl' } as const;
/** What a compiled program is like: the cookie is somewhere, here across the border of what is read at once. */
const compiled = (before: number): Buffer => Buffer.concat([Buffer.alloc(before), Buffer.from(COOKIE.value), Buffer.alloc(100)]);

test.each([0, (1 << 20) - 36, (1 << 20) - 20, (1 << 20) - 1, (2 << 20) - 40])('a program that has the cookie behind %d bytes gets a command', (before) => {
  const tree = treeWith(compiled(before), 'bare/default');
  expect(adaptExecutor(tree, { ...listed, path: 'bare/default' })).toBe(true);
  expect(readFileSync(join(tree, 'program/kc')).length).toBe(before + COOKIE.value.length + 100);
  expect(statSync(join(tree, 'bare/default')).mode & 0o777).toBe(0o755);
  const text = readFileSync(join(tree, 'bare/default'), 'utf8');
  expect(text).toContain('# Summary: Runs kubectl\n');
  expect(text).toContain("\ntool_executor_name='kc' tool_executor_program='program/kc'\n");
  expect(text).not.toContain(tree);
});

test('where the program is in an archive the command takes the place of the link to it', () => {
  const tree = treeWith(compiled(10), 'program/kc');
  expect(adaptExecutor(tree, { ...listed, type: 'source', path: 'program/kc' })).toBe(true);
  expect(readFileSync(join(tree, 'bare/default'), 'utf8')).toContain("tool_executor_program='program/kc' tool_executor_type=source\n");
  expect(readFileSync(join(tree, 'program/kc'))).toEqual(compiled(10));
});

test('a program without the cookie stays as it is', () => {
  const program = compiled(0).fill(0, 35, 36);
  const tree = treeWith(program, 'bare/default');
  expect(adaptExecutor(tree, { ...listed, path: 'bare/default' })).toBe(false);
  expect(readFileSync(join(tree, 'bare/default'))).toEqual(program);
});
