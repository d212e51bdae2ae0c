import type { PlugnModule } from './command.ts';

/** One of plugn's commands as data. */
export interface PlugnSpec {
  /** Two words where it has a namespace: `config get`. */
  readonly name: string;
  readonly summary: string;
  /** `<name>` required, `[name]` optional; `<value>` takes anything, a leading hyphen included. */
  readonly args: readonly string[];
  /** Without one the shell has answered it already: libexec/plugn and libexec/plugn-commands. */
  readonly load?: () => Promise<PlugnModule>;
}

/** Namespaces, and what they are about. */
export const plugnNamespaces: Readonly<Record<string, string>> = { config: 'Plugin configuration' };

/** Every command of plugn 0.13.0, in the order of its help (contract dokku §2). */
export const plugnSpecs: readonly PlugnSpec[] = [
  {
    name: 'config export',
    summary: 'Print the configuration of a plugin as exports for a shell',
    args: ['<plugin>'],
    load: () => import('./config-export.ts'),
  },
  { name: 'config get', summary: 'Print a value of config.toml', args: ['<plugin>', '<key>'], load: () => import('./config-get.ts') },
  { name: 'config set', summary: 'Set a value in config.toml', args: ['<plugin>', '<key>', '<value>'], load: () => import('./config-set.ts') },
  { name: 'disable', summary: 'Disable a plugin without removing it', args: ['<plugin>'], load: () => import('./disable.ts') },
  { name: 'enable', summary: 'Enable an installed plugin', args: ['<plugin>'], load: () => import('./enable.ts') },
  { name: 'help', summary: 'Print all commands, or the arguments of one', args: ['[command]'] },
  { name: 'init', summary: 'Create an empty plugin directory', args: [], load: () => import('./init.ts') },
  {
    name: 'install',
    summary: 'Install a plugin from a git URL or an archive, without enabling it',
    args: ['<url>', '[name]'],
    load: () => import('./install.ts'),
  },
  { name: 'list', summary: 'Print the installed plugins', args: [], load: () => import('./list.ts') },
  { name: 'source', summary: 'Print a line for each enabled plugin that a shell can source', args: [] },
  { name: 'trigger', summary: 'Run a hook of every enabled plugin that has it', args: ['<hook>', '[args...]'] },
  { name: 'uninstall', summary: 'Remove a plugin', args: ['<plugin>'], load: () => import('./uninstall.ts') },
  {
    name: 'update',
    summary: 'Update a plugin, or switch it to a branch, a tag or a commit',
    args: ['<plugin>', '[committish]'],
    load: () => import('./update.ts'),
  },
  { name: 'version', summary: 'Print the version', args: [] },
];
