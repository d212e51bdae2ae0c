import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openStream, type Streamed } from '../support/event-stream.ts';
import { definedAs, nodeProvider, until } from '../support/providers.ts';
import { Sandbox } from '../support/sandbox.ts';

const LIST = { 'plugin.toml': '[plugin]\ndescription = "x"\nversion = "1.0.0"\n[plugin.config]\n' };

/** A home with a supervisor, and a stream of its events. */
async function served(box: Sandbox, filter = '') {
  const run = (...words: string[]) => box.run(words);
  expect(await run('serve')).toMatchObject({ status: 0 });
  const { control } = JSON.parse(readFileSync(box.at('data/provider/serving.json'), 'utf8')) as { control: string };
  const stream = await openStream({ socketPath: control }, `/control/events${filter === '' ? '' : `?filter=${filter}`}`);
  return {
    run,
    /** The events so far: all of them, those of instances too. */
    events: () => stream.lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Streamed),
    names: () => stream.lines.filter((line) => line !== '').map((line) => nameOf(JSON.parse(line) as Streamed)),
    log: () => readFileSync(box.at('data/provider/log/.serve.log'), 'utf8'),
    async [Symbol.asyncDispose]() {
      await run('serve:stop');
      await stream[Symbol.asyncDispose]();
    },
  };
}

const nameOf = ({ Type, Action, Key }: Streamed): string => `${Type}.${Action}.${Key}`;
const toml = (box: Sandbox, text: string): void => writeFileSync(box.at('tool.toml'), text);

test('a trigger under from_triggers becomes an event, whoever fires it; others do not, and without a supervisor nothing is kept', async () => {
  using box = Sandbox.prepared();
  box.plugin('ship', {
    ...LIST,
    'subcommands/it': '#!/bin/sh\nplugn trigger post-deploy web "two words"\nplugn trigger other x\n',
    'post-deploy': '#!/bin/sh\necho "deployed $1"\n',
  });
  toml(box, '[events]\nfrom_triggers = ["post-deploy", "install"]\n');
  expect(await box.run(['ship:it'])).toEqual({ stdout: 'deployed web\n', stderr: '', status: 0, signal: null });
  expect(existsSync(box.at('data/provider'))).toBe(false);
  expect((await box.run(['plugin:trigger', '--explain', 'post-deploy'])).stdout).toMatch(/^20_event-bridge +runs .*\nship +runs /);
  expect((await box.run(['plugin:list', '--json'])).stdout).toContain('{"name":"20_event-bridge","version":"0.1.0","enabled":true,"core":true,');
  {
    await using home = await served(box, 'triggers');
    expect(await home.run('ship:it')).toMatchObject({ stdout: 'deployed web\n', stderr: '' });
    expect(await home.run('plugin:trigger', 'post-deploy', 'api')).toMatchObject({ stdout: 'deployed api\n', stderr: '' });
    box.file('new/plugin.toml', LIST['plugin.toml']).file('new/install', '#!/bin/sh\n');
    expect(await home.run('plugin:install', `${box.root}/new`)).toMatchObject({ status: 0 });
    await until(home.names, ({ length }) => length === 3);
    expect(home.names()).toEqual(['triggers.fire.post-deploy', 'triggers.fire.post-deploy', 'triggers.fire.install']);
    expect(home.events()[0]).toMatchObject({ Principal: 'tester', Object: { Trigger: 'post-deploy', Args: ['web', 'two words'] } });
  }
  // The supervisor is gone: nobody would read it.
  expect(await box.run(['ship:it'])).toMatchObject({ stdout: 'deployed web\n', stderr: '', status: 0 });
  expect(readdirSync(box.at('data/provider/spool'))).toEqual([]);
  toml(box, '[events]\nfrom_triggers = []\n');
  expect(await box.run(['version'])).toMatchObject({ status: 0, stderr: '' });
  expect([existsSync(box.at('plugins/enabled/20_event-bridge')), existsSync(box.at('core-plugins/event-bridge'))]).toEqual([false, false]);
});

test('an event fires the trigger that to_triggers names, one after another, with the event on standard input; what hooks print is logged', async () => {
  using box = Sandbox.prepared();
  const hook = `#!/bin/sh\nread -r event\necho "$@" >>"${box.root}/heard"\necho "$event" >>"${box.root}/events"\necho to stdout; echo to stderr >&2\ncase $3 in bad) exit 3 ;; slow) sleep 60 & wait ;; esac\n`;
  box.plugin('hear', { ...LIST, 'on-ship': hook });
  toml(box, '[events]\nfrom_triggers = ["ship"]\ntrigger_timeout = "1s"\n[events.to_triggers]\n"triggers.fire.ship" = "on-ship"\n"probe" = "on-ship"\n');
  await using home = await served(box);
  const publish = (key: string) => home.run('plugin:trigger', 'ship', key);
  for (const key of ['a', 'b']) await publish(key);
  await until(
    () => existsSync(`${box.root}/heard`) && readFileSync(`${box.root}/heard`, 'utf8'),
    (text) => text === 'triggers fire ship\n'.repeat(2),
  );
  const told = readFileSync(`${box.root}/events`, 'utf8').trim().split('\n');
  expect(told.map((line) => JSON.parse(line))).toMatchObject(
    ['a', 'b'].map((key) => ({ Type: 'triggers', Action: 'fire', Key: 'ship', Object: { Args: [key] } })),
  );
  expect(home.log()).toContain(' !     on-ship: to stdout\n');
  expect(home.log()).toContain(' !     on-ship: to stderr\n');
  // A change of the rules counts without a restart; one that cannot be understood changes nothing.
  toml(box, '[events]\nto_triggers = 1\n');
  await until(home.log, (log) => log.includes('The rules in tool.toml stay as they were: "to_triggers" under [events]'));
  toml(box, '[events]\nfrom_triggers = ["ship", "slow", "bad"]\ntrigger_timeout = "1s"\n[events.to_triggers]\n"triggers.fire.slow,bad" = "on-ship"\n');
  expect(await home.run('version')).toMatchObject({ status: 0 });
  await new Promise((done) => setTimeout(done, 1500));
  for (const trigger of ['ship', 'slow', 'bad']) await home.run('plugin:trigger', trigger);
  await until(home.log, (log) => log.includes('The trigger on-ship for triggers.fire.bad failed with status 3'));
  expect(home.log()).toContain('The trigger on-ship for triggers.fire.slow took more than 1 seconds, and was ended');
  expect(readFileSync(`${box.root}/heard`, 'utf8')).toBe('triggers fire ship\ntriggers fire ship\ntriggers fire slow\ntriggers fire bad\n');
});

test('triggers and events that set off one another end after eight times, and it is said once', async () => {
  using box = Sandbox.prepared();
  box.plugin('loop', { ...LIST, 'on-ship': `#!/bin/sh\nplugn trigger ship again\n` });
  toml(box, '[events]\nfrom_triggers = ["ship"]\n[events.to_triggers]\n"triggers.fire.ship" = "on-ship"\n');
  await using home = await served(box);
  // The second begins where another has got to.
  for (const [hops, expected] of [
    ['0', 9],
    ['5', 13],
  ] as const) {
    await box.run(['plugin:trigger', 'ship', 'first'], { env: { TOOL_EVENT_HOPS: hops } });
    await until(home.names, ({ length }) => length === expected);
  }
  await until(home.log, (log) => log.includes('The trigger on-ship is not fired'));
  await new Promise((done) => setTimeout(done, 500));
  expect(home.names()).toHaveLength(13);
  expect(home.log().match(/.*not fired.*/g)).toEqual([
    ' !     The trigger on-ship is not fired for triggers.fire.ship: triggers and events have set off one another 8 times',
  ]);
});

test('a trigger that restarts what has failed ends likewise', async () => {
  using box = Sandbox.prepared();
  box.file('bad', definedAs('bad'));
  await box.run(['provider:install', `${box.root}/bad`]);
  await box.run(['instance:create', 'one', '--provider', 'bad', '--no-start']);
  // It is another program than was installed, so no start of it succeeds.
  const { program } = JSON.parse((await box.run(['provider:show', 'bad', '--json'])).stdout) as { program: string };
  appendFileSync(program, '# changed\n');
  box.plugin('again', { ...LIST, 'on-fail': `#!/bin/sh\necho x >>"${box.root}/tries"\ntool instance:restart "$3" 2>/dev/null\n` });
  toml(box, '[events.to_triggers]\n"plugins.failed" = "on-fail"\n');
  await using home = await served(box);
  await box.run(['instance:restart', 'one'], { env: { TOOL_EVENT_HOPS: '6' } });
  await until(home.log, (log) => log.includes('The trigger on-fail is not fired for plugins.failed.one'));
  await new Promise((done) => setTimeout(done, 500));
  expect(readFileSync(`${box.root}/tries`, 'utf8')).toBe('x\n'.repeat(2));
});

test('commands become events if tool.toml says so: their names, and their arguments if asked; not what a Tab or --explain asks about', async () => {
  using box = Sandbox.prepared();
  box.plugin('greet', {
    ...LIST,
    'subcommands/hi': '#!/bin/sh\necho hi\n',
    'subcommands/all': '#!/bin/sh\ntool greet:hi "$@"\n',
    complete: '#!/bin/sh\necho candidate\n',
  });
  toml(box, '[events]\ncommands = true\n');
  await using home = await served(box, 'commands');
  expect(await home.run('greet:hi', '--token', 'secret')).toEqual({ stdout: 'hi\n', stderr: '', status: 0, signal: null });
  await home.run('greet:all');
  await home.run('--quiet', 'plugin:list', '--json');
  await home.run('--explain', 'greet:hi');
  await home.run('--complete', '--', 'greet:hi', '');
  await home.run('nothing:there');
  await home.run('help');
  await until(home.names, ({ length }) => length === 6);
  expect(home.events().map(({ Key, Principal, Object: object }) => [Key, Principal, object])).toEqual([
    ['greet:hi', 'tester', { Command: 'greet:hi', Nested: false }],
    ['greet:all', 'tester', { Command: 'greet:all', Nested: false }],
    ['greet:hi', 'tester', { Command: 'greet:hi', Nested: true }],
    ['plugin:list', 'tester', { Command: 'plugin:list', Nested: false }],
    ['nothing:there', 'tester', { Command: 'nothing:there', Nested: false }],
    ['help', 'tester', { Command: 'help', Nested: false }],
  ]);
  toml(box, '[events]\ncommands = true\ncommand_arguments = true\n');
  await home.run('greet:hi', 'a', 'b c');
  await until(home.names, ({ length }) => length === 7);
  expect(home.events()[6]?.Object).toEqual({ Command: 'greet:hi', Nested: false, Args: ['a', 'b c'] });
  toml(box, '');
  expect(await home.run('greet:hi')).toMatchObject({ stdout: 'hi\n' });
  await home.run('plugin:enable', 'nothing');
  expect(home.names()).toHaveLength(7);
});

test('changes of plugins, providers and instances are events, without secrets', async () => {
  using box = Sandbox.prepared();
  box.file('greet/plugin.toml', LIST['plugin.toml']).file('greet/subcommands/hi', '#!/bin/sh\n');
  box.file('prov', nodeProvider('prov', { OptionalParams: ['prov/password', 'prov/size'] }));
  await using home = await served(box, 'tool_plugins,plugin_providers,plugins');
  const steps = [
    ['plugin:install', `${box.root}/greet`],
    ['plugin:disable', 'greet'],
    ['plugin:enable', 'greet'],
    ['provider:install', `${box.root}/prov`],
    ['instance:create', 'one', '--provider', 'prov', '--param', 'prov/password=hunter22', '--no-start'],
    ['instance:set', 'one', '--param', 'prov/size=3'],
    ['instance:set', 'one', '--param', 'prov/size=3'],
    ['instance:start', 'one'],
    ['instance:stop', 'one'],
    ['instance:destroy', 'one'],
    ['provider:remove', 'prov'],
  ];
  for (const words of steps) expect(await home.run(...words)).toMatchObject({ status: 0 });
  box.file('greet/subcommands/new', '#!/bin/sh\n').file('greet/plugin.toml', LIST['plugin.toml'].replace('1.0.0', '2.0.0'));
  for (const words of [
    ['plugin:update', 'greet'],
    ['plugin:rollback', 'greet'],
    ['plugin:uninstall', 'greet', '--force'],
    ['plugin:link', `${box.root}/greet`],
  ])
    expect(await home.run(...words)).toMatchObject({ status: 0 });
  await until(home.names, (names) => names.includes('tool_plugins.link.greet'));
  expect(home.names()).toEqual([
    'tool_plugins.install.greet',
    'tool_plugins.disable.greet',
    'tool_plugins.enable.greet',
    'plugin_providers.create.prov',
    'plugins.create.one',
    'plugins.update.one',
    'plugins.update.one',
    'plugins.start.one',
    'plugins.config.one',
    'plugins.configed.one',
    'plugins.update.one',
    'plugins.stop.one',
    'plugins.stopped.one',
    'plugins.delete.one',
    'plugin_providers.delete.prov',
    'tool_plugins.update.greet',
    'tool_plugins.rollback.greet',
    'tool_plugins.uninstall.greet',
    'tool_plugins.link.greet',
  ]);
  const [installed, ...others] = home.events();
  expect(installed).toMatchObject({
    Principal: 'tester',
    Object: { Name: 'greet', Version: '1.0.0', Source: expect.stringContaining(`${box.root}/greet`), Generation: 1, Enabled: true },
    Original: null,
  });
  const of = (name: string) => others.find((event) => nameOf(event) === name);
  expect(of('tool_plugins.update.greet')).toMatchObject({ Object: { Version: '2.0.0' }, Original: { Version: '1.0.0' } });
  expect(of('plugins.create.one')).toMatchObject({ Object: { Name: 'one', Provider: 'prov', Params: { 'prov/password': '********' } }, Original: null });
  expect(of('plugins.update.one')).toMatchObject({ Object: { Params: { 'prov/size': 3 } }, Original: { Params: { 'prov/password': '********' } } });
  expect(JSON.stringify(home.events())).not.toContain('hunter22');
});
