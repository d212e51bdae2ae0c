import { expect, test } from 'vitest';
import { readListenAddress } from '../../src/providers/api/doors.ts';
import { errorModel, errorText, innerError, readError } from '../../src/providers/models.ts';
import { InFlight } from '../../src/providers/supervisor/in-flight.ts';
import { after, isUp, type State, waitAfter, withFailure } from '../../src/providers/supervisor/lifecycle.ts';

const STATES: readonly State[] = ['created', 'starting', 'configuring', 'running', 'should-stop', 'stopping', 'stopped', 'restarting', 'failed'];

test('the states of an instance, and what becomes of each', () => {
  const HAPPENINGS = ['launch', 'ready', 'configured', 'stop', 'stopped', 'crashed', 'refused', 'given-up'] as const;
  const changes = STATES.map((state) => [state, ...HAPPENINGS.map((one) => (after(state, one) === state ? '·' : after(state, one)))].join(' '));
  expect(changes).toEqual([
    'created starting · · stopped · · failed ·',
    'starting · configuring · stopping · restarting failed failed',
    'configuring · · running should-stop · restarting failed failed',
    'running · · · stopping · restarting · failed',
    'should-stop · · stopping stopping stopped stopped stopped stopped',
    'stopping · · · · stopped stopped stopped stopped',
    'stopped starting · · · · · failed ·',
    'restarting starting · · stopped · · failed failed',
    'failed starting · · stopped · · · ·',
  ]);
  expect(STATES.filter(isUp)).toEqual(['starting', 'configuring', 'running', 'should-stop', 'stopping']);
});

test('waiting doubles, is not the same for all, and has an end', () => {
  const waits = [1, 2, 3, 4].map((count) => waitAfter(Array(count).fill(0), 1000, 0.5));
  expect(waits).toEqual([1000, 2000, 4000, 8000]);
  expect(waitAfter([0], 1000, 0)).toBe(800);
  expect(waitAfter([0], 1000, 1)).toBe(1200);
  expect(waitAfter(Array(4).fill(0), 30_000, 0.5)).toBe(60_000);
  expect(waitAfter(Array(5).fill(0), 1000, 0.5)).toBeUndefined();
});

test('failures count for ten minutes, and not once it has run for one', () => {
  expect(withFailure([0, 1000], 2000, 5000)).toEqual([0, 1000, 2000]);
  expect(withFailure([0, 1000], 600_500, 5000)).toEqual([1000, 600_500]);
  expect(withFailure([0, 1000], 90_000, 60_000)).toEqual([90_000]);
});

test('sixteen actions run at once, sixty-four wait in order, and more are refused', async () => {
  const places = new InFlight();
  const order: number[] = [];
  const entered = Array.from({ length: 81 }, (_, number) => places.enter().then((may) => may && order.push(number)));
  expect(await entered[80]).toBe(false);
  expect(order).toEqual([...Array(16).keys()]);
  places.leave();
  await entered[16];
  expect(order.at(-1)).toBe(16);
  let isOver = false;
  const over = places.drained(60_000).then(() => {
    isOver = true;
  });
  // Each place is handed on, so none is free before all have been there.
  for (let left = 1; left < 80; left++) {
    expect(isOver).toBe(false);
    places.leave();
    await Promise.resolve();
  }
  await over;
  expect(order).toEqual([...Array(80).keys()]);
  await places.drained(60_000);
});

test('errors are read whatever the case of their names, unwrapped, and told in one form', () => {
  expect(readError({ messages: ['a'], code: 400 })).toEqual(errorModel(400, ['a']));
  expect([readError({ Messages: ['a'] }), readError([]), readError(null), readError({ Code: 400, Messages: 'a' })]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  const inner = errorModel(403, ['no licence'], { model: 'plugin', key: 'a1', type: 'plugin' });
  expect(innerError(errorModel(403, [JSON.stringify(inner)]))).toEqual(inner);
  expect(innerError(errorModel(400, ['{broken']))).toEqual(errorModel(400, ['{broken']));
  expect(errorText(inner)).toBe('plugin: plugin/a1: no licence');
  expect(errorText(errorModel(400, ['one', 'two'], { type: 'INVOKE', model: 'machines' }))).toBe('INVOKE: machines\n  one\n  two');
  expect(errorText(errorModel(500, []))).toBe('an error without a message');
});

test.each([
  ['8092', { host: '127.0.0.1', port: 8092 }],
  ['127.0.0.2:80', { host: '127.0.0.2', port: 80 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[::1]:443', { host: '::1', port: 443 }],
])('%s is an address of this machine', (text, address) => expect(readListenAddress(text)).toEqual(address));

test.each(['', 'x', '0.0.0.0:80', '[::]:80', '10.0.0.1:80', '127.0.0.1', '127.0.0.1:70000', 'example.org:80'])('%s is none', (text) => {
  expect(() => readListenAddress(text)).toThrow(expect.objectContaining({ code: 'bad-value' }));
});
