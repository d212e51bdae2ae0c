import { expectTypeOf, test } from 'vitest';
import type { CommandContext, CommandModule, Outcome, OutcomeOf } from '../../src/commands/command.ts';
import type { ArgsOf, OptionsOf } from '../../src/commands/command-spec.ts';

// Checked by tsc: these run nothing.
type Spec = {
  readonly name: 'a:b';
  readonly summary: '';
  readonly args: '<name> [ref] [args...]';
  readonly options: readonly [readonly ['--dry-run', ''], readonly ['--name <name>', '']];
  readonly examples: readonly [];
};

test('a flag that takes a value is a string, any other a boolean, each by its name in camel case', () => {
  expectTypeOf<OptionsOf<Spec>>().toEqualTypeOf<{ readonly dryRun?: boolean | undefined; readonly name?: string | undefined }>();
  expectTypeOf<CommandContext<'plugin:install'>['options']['skipInstallTrigger']>().toEqualTypeOf<boolean | undefined>();
  expectTypeOf<CommandContext<'plugin:install'>['options']['name']>().toEqualTypeOf<string | undefined>();
});

test('a word that must be there is a string, one that may be there a string or nothing, the rest a list', () => {
  expectTypeOf<ArgsOf<Spec>>().toEqualTypeOf<readonly [string, string?, ...string[]]>();
  expectTypeOf<CommandContext<'plugin:pin'>['args']>().toEqualTypeOf<readonly [string]>();
  expectTypeOf<CommandContext<'plugin:check'>['args']>().toEqualTypeOf<readonly [string?]>();
  expectTypeOf<CommandContext<'plugin:list'>['args']>().toEqualTypeOf<readonly []>();
});

test('a command gives data and lines; one with formats of its own gives a status alone', () => {
  expectTypeOf<OutcomeOf<'plugin:list'>>().toEqualTypeOf<Outcome>();
  expectTypeOf<OutcomeOf<'plugin:test'>>().toEqualTypeOf<Pick<Outcome, 'status'>>();
});

test('what the spec does not have is no option, and the format is nobody’s business', () => {
  const read = ({ options, args }: CommandContext<'plugin:pin'>): readonly unknown[] => [
    options.dryRun,
    // @ts-expect-error plugin:pin has no --name
    options.name,
    // @ts-expect-error run-command.ts alone looks at the format
    options.format,
    // @ts-expect-error run-command.ts alone looks at the format
    options.json,
    // @ts-expect-error plugin:pin takes one word
    args[1],
    // @ts-expect-error a flag without a value is no text
    options.dryRun?.trim(),
  ];
  // @ts-expect-error a status alone tells nobody anything
  const run: CommandModule<'plugin:pin'>['run'] = async () => ({ status: 0 });
  expectTypeOf(read).returns.toEqualTypeOf<readonly unknown[]>();
  expectTypeOf(run).toBeFunction();
});
