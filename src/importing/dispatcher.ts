import { shellQuote } from '../system/shell-quote.ts';

/** A name in capitals, as it stands in front of variables. */
export const upperName = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');

/** Whether a dispatcher sets for its commands what rbenv's does: pyenv, nodenv and others are made after it. @param head what its file begins with */
export function isOfRbenvsKind(owner: string, head: string): boolean {
  const upper = upperName(owner);
  // No shell has a variable whose name begins with a digit.
  return !/^\d/.test(upper) && ['ROOT', 'DIR', 'HOOK_PATH'].every((name) => new RegExp(`^[ \\t]*export .*\\b${upper}_${name}\\b`, 'm').test(head));
}

/** The variables that a dispatcher exports besides those that every sub has. @param head what its file begins with */
export function dispatcherExports(owner: string, head: string): string[] {
  const names = [...head.matchAll(/^[ \t]*export[ \t]+(.+)$/gm)].flatMap(
    ([, text = '']) =>
      // Without the values, which may have words in them.
      text.replaceAll(/=("[^"]*"|'[^']*'|\$\([^)]*\)|[^\s;&|]*)/g, ' ').match(/(?<![^\s])[A-Za-z_]\w*(?![^\s;])/g) ?? [],
  );
  return [...new Set(names)].filter((name) => name !== 'PATH' && name !== `_${upperName(owner)}_ROOT` && name !== 'PS4' && !name.endsWith('_DEBUG'));
}

/**
 * Shell text that sets what rbenv's dispatcher sets, for a program of its kind. Where the hook path is set, a dispatcher has been there before.
 * @param libexec the folder with the commands, from the plugin's directory on, which is in `tool_root`
 */
export function preludeOf(owner: string, libexec: string): string {
  const p = upperName(owner);
  const folder = libexec.includes('/') ? libexec.slice(0, libexec.lastIndexOf('/')) : '.';
  return [
    '# shellcheck shell=sh disable=SC2154',
    `# Sets what ${owner} sets for its commands. The file that sources it has set tool_root.`,
    `${p}_ROOT=\${${p}_ROOT:-\${HOME:-}/.${owner}}`,
    `${p}_ROOT=\${${p}_ROOT%/} ${p}_ORIG_PATH=\${${p}_ORIG_PATH:-$PATH}`,
    `case \${${p}_DIR:=$PWD} in`,
    '  /*) ;;',
    `  *) ${p}_DIR=$(cd "$${p}_DIR" && pwd) || exit 1 ;;`,
    'esac',
    `for tool_word in "$${p}_ROOT"/plugins/*/bin; do`,
    '  [ ! -d "$tool_word" ] || PATH=$tool_word:$PATH',
    'done',
    `PATH=$tool_root/${shellQuote(libexec)}:$PATH`,
    `if [ -z "\${${p}_HOOK_PATH:-}" ]; then`,
    `  ${p}_HOOK_PATH=$${p}_ROOT/${owner}.d:$tool_root/${shellQuote(`${folder}/${owner}.d`)}:/usr/etc/${owner}.d:/usr/local/etc/${owner}.d:/etc/${owner}.d:/usr/lib/${owner}/hooks`,
    `  for tool_word in "$${p}_ROOT"/plugins/*/etc/${owner}.d; do`,
    `    [ ! -d "$tool_word" ] || ${p}_HOOK_PATH=$${p}_HOOK_PATH:$tool_word`,
    '  done',
    'fi',
    `export ${p}_ROOT ${p}_DIR ${p}_ORIG_PATH ${p}_HOOK_PATH PATH`,
    '',
  ].join('\n');
}
