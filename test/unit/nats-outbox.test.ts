import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StreamFacts } from '../../src/providers/events/nats/connection.ts';
import { Cursor } from '../../src/providers/events/nats/cursor.ts';
import { Outbox, type OutboxOptions } from '../../src/providers/events/nats/outbox.ts';
import { RecentIds } from '../../src/providers/events/nats/recent-ids.ts';

let folder: string;
let lost: number[];
let notes: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tool-outbox-'));
  [lost, notes] = [[], []];
});
afterEach(() => rmSync(folder, { recursive: true }));

const opened = (options: Partial<OutboxOptions> = {}): Outbox =>
  new Outbox({ folder, onNote: (text) => notes.push(text), onLost: (count) => lost.push(count), ...options });
const event = (id: string, text = '') => ({ id, hops: 0, from: '', json: JSON.stringify({ Type: 'a', text }), event: undefined as never });
const taken = (outbox: Outbox): string[] => {
  const ids: string[] = [];
  for (let entry = outbox.take(); entry !== undefined; entry = outbox.take()) ids.push(entry.id);
  return ids;
};

test('what was not acknowledged is there again after the process was killed, in its order, and counts as sent', () => {
  const one = opened();
  one.rewind('then');
  for (const id of ['a', 'b', 'c', 'd']) one.add(event(id, 'ä\n'));
  expect([one.take()?.id, one.take()?.id]).toEqual(['a', 'b']);
  one.acknowledge(1, 10);
  one.save();
  // Killed: nothing is closed.
  const other = opened();
  expect(other.length).toBe(3);
  expect(other.unanswered.map(({ id, after, json }) => [id, after, json])).toEqual(
    ['b', 'c', 'd'].map((id) => [id, 0, JSON.stringify({ Type: 'a', text: 'ä\n' })]),
  );
  expect(taken(other)).toEqual(['b', 'c', 'd']);
  other.add(event('e'));
  expect(taken(other)).toEqual(['e']);
});

test('events that were sent later are looked for behind what was acknowledged by then', () => {
  const outbox = opened();
  outbox.rewind('then');
  for (const id of ['a', 'b', 'c']) outbox.add(event(id));
  outbox.take();
  outbox.acknowledge(1, 41);
  outbox.take();
  outbox.take();
  outbox.acknowledge(3, 50);
  expect(outbox.unanswered).toMatchObject([{ id: 'b', after: 41 }]);
  outbox.save();
  expect(opened().unanswered).toMatchObject([
    { id: 'b', after: 41 },
    { id: 'c', after: 41 },
  ]);
  // Numbers of another stream mean nothing.
  outbox.rewind('now');
  expect(outbox.unanswered).toMatchObject([{ id: 'b', after: 0 }]);
  expect(taken(outbox)).toEqual(['b']);
});

test('lines that a loss of power tore are left out, and what comes after is not torn with them', () => {
  const one = opened();
  one.add(event('a'));
  one.add(event('b'));
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.ndjson'));
  appendFileSync(join(folder, file), '{"Number":3,"Id":"c","Ho');
  writeFileSync(join(folder, 'progress.json'), '\0\0\0');
  const other = opened();
  expect(taken(other)).toEqual(['a', 'b']);
  other.add(event('d'));
  expect(taken(opened())).toEqual(['a', 'b', 'd']);
});

test('files that were sent are removed, and numbers go on', () => {
  const outbox = opened();
  outbox.rewind('then');
  const long = 'x'.repeat(1 << 20);
  for (let number = 1; number <= 20; number++) {
    outbox.add(event(String(number), long));
    outbox.take();
    outbox.acknowledge(number, number);
    outbox.save();
  }
  expect(readdirSync(folder).filter((name) => name.endsWith('.ndjson'))).toHaveLength(1);
  outbox.close();
  const again = opened();
  expect(again.length).toBe(0);
  again.add(event('next'));
  expect(again.take()).toMatchObject({ number: 21, id: 'next' });
});

test('when it is full, what comes is left out, counted, and told once a tenth is free', () => {
  const outbox = opened({ limits: { events: 100, length: 1 << 20 } });
  for (let number = 1; number <= 150; number++) outbox.add(event(String(number)));
  expect([outbox.length, outbox.lost, lost, notes]).toEqual([100, 50, [], ['the outbox for NATS is full: events are left out']]);
  for (let number = 1; number <= 10; number++) outbox.acknowledge(number, number);
  outbox.add(event('no'));
  outbox.acknowledge(11, 11);
  outbox.add(event('yes'));
  expect([outbox.length, outbox.lost, lost]).toEqual([90, 51, [51]]);
  expect(taken(outbox).at(-1)).toBe('yes');
});

test('a disk that refuses costs the events nothing while the process lives, and is told once', () => {
  const outbox = opened();
  rmSync(folder, { recursive: true });
  outbox.add(event('a'));
  outbox.add(event('b'));
  expect(taken(outbox)).toEqual(['a', 'b']);
  expect(notes).toEqual(['events for NATS are not kept on disk (ENOENT)']);
  outbox.acknowledge(1, 1);
  outbox.save();
  expect(notes).toHaveLength(1);
  writeFileSync(folder, '');
});

test('a cursor begins with what comes, goes on where it was, and counts what went away', () => {
  const file = join(folder, 'cursor.json');
  const stream = (facts: Partial<StreamFacts>): StreamFacts => ({ name: 'tool', subject: 's', created: 'then', first: 1, last: 10, ...facts });
  const cursor = new Cursor(file);
  expect(cursor.enter(stream({}))).toEqual({ from: 11, missed: 0 });
  cursor.advance(14);
  cursor.save();
  expect(new Cursor(file).enter(stream({ last: 20 }))).toEqual({ from: 15, missed: 0 });
  expect(new Cursor(file).enter(stream({ first: 18, last: 20 }))).toEqual({ from: 18, missed: 3 });
  // All of it expired.
  expect(new Cursor(file).enter(stream({ first: 21, last: 20 }))).toEqual({ from: 21, missed: 6 });
  // The server was set back, or has another stream of that name.
  expect(new Cursor(file).enter(stream({ last: 12 }))).toEqual({ from: 13, missed: 0 });
  expect(new Cursor(file).enter(stream({ created: 'now', last: 3 }))).toEqual({ from: 1, missed: 0 });
  expect(new Cursor(file).enter(stream({ name: 'other' }))).toEqual({ from: 11, missed: 0 });
  writeFileSync(file, '{"stream":');
  expect(new Cursor(file).enter(stream({}))).toEqual({ from: 11, missed: 0 });
});

test('ids that came last are known, and the oldest are forgotten', () => {
  const recent = new RecentIds();
  expect([recent.isNew('a'), recent.isNew('a')]).toEqual([true, false]);
  for (let number = 0; number < 16_383; number++) recent.isNew(String(number));
  expect(recent.isNew('a')).toBe(false);
  recent.isNew('one more');
  expect(recent.isNew('a')).toBe(true);
});
