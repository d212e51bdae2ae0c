import type { CommandSpec } from './command-spec.ts';

/** Every command that Node runs, in the order of `plugin:help`. */
export const specs: readonly CommandSpec[] = [
  {
    name: 'plugin:list',
    summary: 'Print the installed plugins',
    options: [['--format <format>', 'stdout (default) or json']],
    load: () => import('./plugin-list.ts'),
  },
  {
    name: 'plugin:install',
    summary: 'Install a plugin from a directory and enable it',
    args: '<directory>',
    options: [
      ['--name <name>', "install under this name instead of the directory's"],
      ['--skip-install-trigger', 'do not run the install hook'],
      ['--dry-run', 'print what would be done and change nothing'],
    ],
    load: () => import('./plugin-install.ts'),
  },
  {
    name: 'plugin:uninstall',
    summary: 'Run the uninstall hook of a plugin and remove it',
    args: '[name]',
    options: [['--dry-run', 'print what would be done and change nothing']],
    load: () => import('./plugin-uninstall.ts'),
  },
  {
    name: 'plugin:trigger',
    summary: 'Tell who would run for a trigger; without --explain, fire it',
    args: '[hook] [args...]',
    options: [
      ['--explain', 'who would run, in order, and who is skipped and why; nothing runs'],
      ['--format <format>', 'stdout (default) or json, with --explain'],
    ],
    load: () => import('./plugin-trigger.ts'),
  },
  { name: 'plugin:enable', summary: 'Enable a plugin that is there', args: '[name]', load: () => import('./plugin-enable.ts') },
  { name: 'plugin:disable', summary: 'Disable a plugin and keep it', args: '[name]', load: () => import('./plugin-disable.ts') },
];
