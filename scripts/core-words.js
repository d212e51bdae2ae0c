// The words of the commands that come with the package, with what they are for: text of sh that libexec/complete sources, so that a Tab looks at none of their files.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** As libexec/complete reads it of other files: in the comments that a file begins with. */
const SUMMARY_LINES = 40;

/** @param {string} text */
function summaryIn(text) {
  const lines = text.split('\n').slice(0, SUMMARY_LINES);
  return lines[0]?.startsWith('#') ? (lines.find((line) => line.startsWith('# Summary: '))?.slice('# Summary: '.length) ?? '') : '';
}

/** @param {string} plugin its directory @param {string} tables where those of the commands of Node are @returns {Map<string, string>} summaries by the names of files */
function commandsOf(plugin, tables) {
  const commands = new Map();
  for (const folder of ['subcommands', 'bare'].map((name) => join(plugin, name)).filter(existsSync)) {
    for (const name of readdirSync(folder).sort()) {
      const file = join(folder, name);
      if (commands.has(name) || !statSync(file).isFile() || (statSync(file).mode & 0o111) === 0) continue;
      const table = join(tables, name);
      commands.set(name, summaryIn(readFileSync(existsSync(table) ? table : file, 'utf8')));
    }
  }
  return commands;
}

/**
 * A function of sh: `tool_core_words NAME` leaves the words of a core plugin in `tool_words`, a line each with a tab behind it, and with `=` and what it is for in `tool_words_told`. It
 * returns 1 for another name.
 * @param {string} plugins the folder of core plugins @param {string} tables the folder of tables
 */
export function coreWords(plugins, tables) {
  const cases = readdirSync(plugins).flatMap((name) => {
    const commands = commandsOf(join(plugins, name), join(tables, name));
    if (commands.size === 0) return [];
    // Without a command of its own the bare word lists the others.
    const rows = [...commands].map(([file, summary]) => [file === 'default' ? name : `${name}:${file}`, summary]);
    if (!commands.has('default')) rows.push([name, '']);
    const lines = (/** @type {(summary: string) => string} */ told) => rows.map(([word, summary = '']) => `${word}\t${told(summary)}\n`).join('');
    return [
      `  ${name})`,
      `    tool_words=${quoted(lines(() => ''))}`,
      `    tool_words_told=${quoted(lines((summary) => (summary === '' ? '' : `=${summary}`)))}`,
      '    ;;',
    ];
  });
  return ['tool_core_words() {', '  case $1 in', ...cases, '  *) return 1 ;;', '  esac', '}', ''].join('\n');
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
