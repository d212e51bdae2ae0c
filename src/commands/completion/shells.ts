import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Environment, Layout } from '../../home/layout.ts';
import { askProgram } from '../../system/child.ts';
import { statOrNothing } from '../../system/links.ts';
import { shellQuote } from '../../system/shell-quote.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** Where the completion of a shell goes for one user, and what stands there. */
export interface Place {
  readonly shell: Shell;
  readonly file: string;
  /** The script as it stands there; undefined where there is none. */
  readonly present: string | undefined;
  /** Lines for the shell's own file, where it does not look into the folder by itself. */
  readonly startup: { readonly file: string; readonly lines: readonly string[] } | undefined;
}

/**
 * Where a shell looks for a user's completions: bash-completion's, zsh's and fish's own rules.
 * @param named the shell; by default that of $SHELL
 * @throws UserError for another shell, without a home directory, and where somebody else's file stands in the place
 */
export function placeFor(named: string | undefined, { brand }: Layout, env: Environment): Place {
  const shell = SHELLS.find((known) => known === (named ?? basename(env.SHELL ?? '')));
  if (shell === undefined) {
    const what = named === undefined ? `the shell of $SHELL (${env.SHELL || 'not set'})` : named;
    throw new UserError('unknown-value', `There is no completion for ${what}`, { hint: `name one of ${SHELLS.join(', ')}` });
  }
  const home = env.HOME ?? '';
  if (!home.startsWith('/')) throw new UserError('variable-not-set', 'HOME is not set', { hint: 'set it to your home directory' });
  const inXdg = (name: string, fallback: string): string => (env[name]?.startsWith('/') ? env[name] : join(home, fallback));
  const data = inXdg('XDG_DATA_HOME', '.local/share');
  const files: Record<Shell, string> = {
    bash: join(env.BASH_COMPLETION_USER_DIR?.split(':')[0] || join(data, 'bash-completion'), 'completions', brand),
    zsh: join(data, 'zsh/site-functions', `_${brand}`),
    fish: join(inXdg('XDG_CONFIG_HOME', '.config'), 'fish/completions', `${brand}.fish`),
  };
  const file = files[shell];
  const present = statOrNothing(file) && readFileSync(file, 'utf8');
  if (present !== undefined && !present.split('\n', 3).some((line) => line.startsWith(`# Completion of ${brand} for ${shell},`)))
    throw new UserError('not-ours', `${file} is not from ${brand} completion:install`, { hint: 'move it away first' });
  return { shell, file, present, startup: startupOf(shell, file, home, env) };
}

function startupOf(shell: Shell, file: string, home: string, env: Environment): Place['startup'] {
  if (shell === 'zsh') {
    const startup = join(env.ZDOTDIR || home, '.zshrc');
    const folder = dirname(file);
    return textOf(startup).includes(folder)
      ? undefined
      : { file: startup, lines: [`fpath=(${shellQuote(folder)} $fpath)`, 'autoload -Uz compinit && compinit'] };
  }
  // Where bash-completion is installed, it finds the file at the first Tab.
  if (shell === 'bash' && !['/usr/share', '/usr/local/share', '/etc'].some((folder) => hasBashCompletion(folder))) {
    const startup = join(home, '.bashrc');
    return textOf(startup).includes(file) ? undefined : { file: startup, lines: [`. ${shellQuote(file)}`] };
  }
  return undefined;
}

const hasBashCompletion = (folder: string): boolean => statOrNothing(join(folder, 'bash-completion/bash_completion')) !== undefined;
const textOf = (file: string): string => (statOrNothing(file)?.isFile() ? readFileSync(file, 'utf8') : '');

/** The script that `completion SHELL` prints. @throws UserError where it cannot be had */
export function scriptOf(shell: string, { packagePath }: Layout, env: Environment): string {
  const { stdout, stderr } = askProgram(join(packagePath, 'plugins/completion/subcommands/default'), ['completion', shell], { env });
  if (stdout === '') throw new UserError('package-damaged', `The completion script cannot be read: ${stderr.trim()}`, { hint: 'reinstall the package' });
  return stdout;
}
