import { expect, test } from 'vitest';
import { type Decision, decide, type Situation } from '../../src/repositories/decide.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-01-01T12:00:00Z');
/** A copy that was asked after half an hour ago, and may be used for an hour. */
const standing: Situation = {
  askedAt: NOW - HOUR / 2,
  isChanged: undefined,
  failedAt: undefined,
  ttlMs: HOUR,
  now: NOW,
  refresh: false,
  offline: false,
  mayWrite: true,
};
const old = { askedAt: NOW - HOUR };
const none = { askedAt: undefined };

const USE: Decision = { does: 'use' };
const USE_OLD: Decision = { does: 'use', tooOld: 'not writable' };
const LEFT_ALONE: Decision = { does: 'use', tooOld: 'not reached' };
const ASK: Decision = { does: 'ask' };
const giveUp = (because: 'offline' | 'not writable'): Decision => ({ does: 'give up', because });

test.each<[string, Partial<Situation>, Decision]>([
  ['a copy that is new enough', {}, USE],
  ['one that has just become too old', old, ASK],
  ['too old, and its server was not reached a moment ago', { ...old, failedAt: NOW - 59_999 }, LEFT_ALONE],
  ['too old, and its server was not reached a minute ago', { ...old, failedAt: NOW - 60_000 }, ASK],
  ['too old, and its server was not reached in the future', { ...old, failedAt: NOW + 1 }, ASK],
  ['a refresh, though its server was not reached a moment ago', { refresh: true, failedAt: NOW - 1 }, ASK],
  ['new enough, though its server was not reached a moment ago', { failedAt: NOW - 1 }, USE],
  ['offline, though its server was not reached a moment ago', { ...old, offline: true, failedAt: NOW - 1 }, USE],
  ['one that is to be asked after always', { ttlMs: 0 }, ASK],
  ['one of a clock that is ahead a little', { askedAt: NOW + 30_000 }, USE],
  ['one of a clock that is ahead by far', { askedAt: NOW + HOUR }, ASK],
  ['a refresh', { refresh: true }, ASK],
  ['none', none, ASK],
  ['offline', { offline: true }, USE],
  ['offline, too old', { ...old, offline: true }, USE],
  ['offline, and a refresh', { offline: true, refresh: true }, USE],
  ['offline, and none', { ...none, offline: true }, giveUp('offline')],
  ['who may not keep one', { mayWrite: false }, USE],
  ['who may not keep one, too old', { ...old, mayWrite: false }, USE_OLD],
  ['who may not keep one, and a refresh', { refresh: true, mayWrite: false }, USE_OLD],
  ['who may not keep one, and none', { ...none, mayWrite: false }, giveUp('not writable')],
  ['a file that is the same, whatever its age', { askedAt: 0, isChanged: false }, USE],
  ['a file that has changed', { isChanged: true }, ASK],
  ['a file that has changed, offline', { isChanged: true, offline: true }, ASK],
  ['a file that has changed, for who may not keep a copy', { isChanged: true, mayWrite: false }, USE_OLD],
  ['a file, and no copy, offline', { ...none, isChanged: true, offline: true }, ASK],
])('%s', (_name, situation, decision) => expect(decide({ ...standing, ...situation })).toEqual(decision));
