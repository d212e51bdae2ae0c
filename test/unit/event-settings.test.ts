import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventSettings, NO_EVENT_SETTINGS } from '../../src/config/event-settings.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tool-test-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const settings = (text: string) => {
  writeFileSync(join(home, 'tool.toml'), text);
  return eventSettings(home);
};

test('without [events] nothing becomes an event, and no trigger is fired', () => {
  expect(eventSettings(home)).toEqual(NO_EVENT_SETTINGS);
  expect(settings('[events]\nnats = "nats://127.0.0.1"\ncommand_arguments = true\n')).toEqual(NO_EVENT_SETTINGS);
});

test('commands, triggers and rules are read, rules in their order', () => {
  const text = `[events]
commands = true
from_triggers = ["post-deploy", "install"]
trigger_timeout = "5s"
[events.to_triggers]
"plugins.crashed.*" = "on-crash"
"machines" = "on-machine"
`;
  expect(settings(text)).toEqual({
    commands: 'names',
    fromTriggers: ['post-deploy', 'install'],
    toTriggers: [
      { filter: 'plugins.crashed.*', trigger: 'on-crash' },
      { filter: 'machines', trigger: 'on-machine' },
    ],
    triggerMs: 5000,
  });
  expect(settings('[events]\ncommands = true\ncommand_arguments = true\n').commands).toBe('arguments');
});

test.each([
  ['commands = "yes"', '"commands" under [events] in', 'is neither true nor false'],
  ['command_arguments = 1', '"command_arguments" under [events] in', 'is neither true nor false'],
  ['from_triggers = "x"', '"from_triggers" under [events] in', 'is no list'],
  ['from_triggers = ["../x"]', '"from_triggers" under [events] in', 'has "../x", which is no name of a trigger'],
  ['from_triggers = ["plugin.toml"]', '"from_triggers" under [events] in', 'which is no name of a trigger'],
  ['from_triggers = [1]', '"from_triggers" under [events] in', 'has 1, which is no name of a trigger'],
  ['from_triggers = ["user-auth"]', '"from_triggers" under [events] in', 'has user-auth, which is asked for an answer'],
  ['from_triggers = ["commands"]', '"from_triggers" under [events] in', 'has commands, which is asked for an answer'],
  ['to_triggers = ["x"]', '"to_triggers" under [events] in', 'is no table'],
  ['to_triggers = { "a.b.c" = "" }', '"to_triggers" under [events] in', 'has "a.b.c" without the name of a trigger'],
  ['to_triggers = { "a.b.c" = "user-auth" }', '"to_triggers" under [events] in', 'has "a.b.c" without the name of a trigger'],
  ['trigger_timeout = "soon"', '"trigger_timeout" under [events] in', 'is no duration'],
  ['trigger_timeout = "0s"', '"trigger_timeout" under [events] in', 'is no duration'],
])('%s is refused', (line, front, what) => {
  let said: unknown;
  try {
    settings(`[events]\n${line}\n`);
  } catch (error) {
    said = error;
  }
  expect(said).toMatchObject({ code: 'bad-settings', message: expect.stringContaining(what), hint: expect.stringContaining('write') });
  expect((said as Error).message).toContain(`${front} ${join(home, 'tool.toml')}`);
});
