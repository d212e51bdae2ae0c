import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { natsSettings } from '../../src/providers/events/nats/settings.ts';
import { readSince } from '../../src/providers/events/nats/since.ts';
import { subjectOf, subjectToken } from '../../src/providers/events/nats/subject.ts';
import { eventOf } from '../../src/providers/models.ts';

const read = (table: Readonly<Record<string, unknown>>) => natsSettings('/home', table);
const PLAIN = { nats: 'nats://127.0.0.1' };

describe('settings', () => {
  test('an address is enough; without one there is nothing to connect to', () => {
    expect(read({})).toBeUndefined();
    expect(read({ commands: true, from_triggers: 3 })).toBeUndefined();
    expect(read(PLAIN)).toMatchObject({ servers: ['nats://127.0.0.1:4222'], stream: 'tool', subject: 'tool.events', filters: [], tls: {}, user: undefined });
  });

  test('files are named from the home on, secrets by where they are', () => {
    expect(
      read({
        nats: ['tls://a.example', 'tls://[::1]:4333/'],
        nats_stream: 'events-1',
        nats_subject: 'a.b_c',
        nats_user: 'ada',
        nats_password_file: 'secret',
        nats_ca_file: '/etc/ca.pem',
        nats_events: ['plugins', 'a,b.*.x.y'],
      }),
    ).toMatchObject({
      servers: ['tls://a.example:4222', 'tls://[::1]:4333'],
      stream: 'events-1',
      subject: 'a.b_c',
      user: 'ada',
      password: { file: '/home/secret' },
      tls: { caFile: '/etc/ca.pem' },
      filters: [{ type: new Set(['plugins']) }, { type: new Set(['a', 'b']), key: new Set(['x.y']) }],
    });
    expect(read({ ...PLAIN, nats_token_env: 'TOKEN' })?.token).toEqual({ variable: 'TOKEN' });
  });

  test.each([
    [{ nats: 'http://h' }, 'nats of [events] in /home/tool.toml is no address of a NATS server'],
    [{ nats: 'nats://' }, 'is no address'],
    [{ nats: 7 }, 'is no address'],
    [{ nats: [] }, 'names no server'],
    [{ nats: 'nats://ada:s3cret@h' }, 'has a user or password in its address'],
    [{ nats: 'nats://h/x' }, 'has more than a host and a port'],
    [{ nats_stream: 'x' }, 'nats_stream of [events] in /home/tool.toml names no server'],
    [{ ...PLAIN, nats_streem: 'x' }, 'nats_streem of [events] in /home/tool.toml is no setting'],
    [{ ...PLAIN, nats_stream: 'a.b' }, 'is "a.b"'],
    [{ ...PLAIN, nats_subject: 'a..b' }, 'is "a..b"'],
    [{ ...PLAIN, nats_subject: '>' }, 'is ">"'],
    [{ ...PLAIN, nats_user: 3 }, 'is no text'],
    [{ ...PLAIN, nats_password_file: 'x' }, 'has no user'],
    [{ ...PLAIN, nats_token_file: 'x', nats_token_env: 'X' }, 'is beside nats_token_file'],
    [{ ...PLAIN, nats_token_file: 'x', nats_user: 'ada' }, 'has more than one way to log in'],
    [{ ...PLAIN, nats_token_env: 'A B' }, 'is "A B"'],
    [{ ...PLAIN, nats_cert_file: 'x' }, 'has a certificate without its key'],
    [{ ...PLAIN, nats_events: [] }, 'is no list of filters'],
    [{ ...PLAIN, nats_events: ['a..b'] }, 'is no filter of events'],
  ])('%j is refused', (table, message) => {
    expect(() => read(table)).toThrow(expect.objectContaining({ code: 'bad-settings', message: expect.stringContaining(message) }));
  });

  test('a password in an address is not repeated', () => {
    for (const nats of ['nats://ada:s3cret@h', 'http://ada:s3cret@h', 'nats://ada:s3cret@', ['nats://a', 's3cret']])
      expect(() => read({ nats })).toThrow(expect.not.objectContaining({ message: expect.stringContaining('s3cret') }));
  });
});

describe('subjects', () => {
  test('parts of an event are tokens, whatever is in them', () => {
    const subject = (type: string, action: string, key: string): string => subjectOf('tool.events', eventOf(type, action, key, '', null));
    expect(subject('machines', 'create', 'm-1_x')).toBe('tool.events.machines.create.m-1_x');
    expect(subject('a.b', '*', '>')).toBe('tool.events.a%2Eb.%2A.%3E');
    expect(subject('ä b', '\t', '')).toBe('tool.events.%C3%A4%20b.%09.%');
  });

  test('no two parts have one token, and each token is of harmless characters', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(part, (text) => {
        expect(subjectToken(text)).toMatch(/^[A-Za-z0-9_%-]+$/);
        if (text !== '') expect(decodeURIComponent(subjectToken(text))).toBe(text);
      }),
    );
    expect(subjectToken('x'.repeat(501))).toMatch(/^%sha256-[0-9a-f]{64}$/);
    // Half a surrogate pair is no UTF-8.
    expect(subjectToken('\ud800')).toBe('%EF%BF%BD');
  });
});

describe('points to begin at', () => {
  const now = Date.parse('2026-01-31T12:00:00Z');

  test.each([
    ['0', { sequence: 0 }],
    ['1234', { sequence: 1234 }],
    ['90s', { time: now - 90_000 }],
    ['7d', { time: now - 7 * 86_400_000 }],
    ['2026-01-31', { time: Date.parse('2026-01-31') }],
    ['2026-01-31T11:00:00.5Z', { time: now - 3_599_500 }],
    ['2026-01-31T13:00:00+01:00', { time: now }],
  ])('%s', (text, since) => {
    expect(readSince(text, now)).toEqual(since);
  });

  test.each(['', 'yesterday', '-1', '1.5', '10 m', '2026-13-01', '31.1.2026', '\u001b[31m'])('%j is none', (text) => {
    expect(() => readSince(text, now)).toThrow(expect.objectContaining({ code: 'bad-value' }));
  });
});
