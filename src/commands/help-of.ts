import { shellCommandHelp } from '../help/shell-command-help.ts';
import type { Environment } from '../home/layout.ts';
import { readLayout } from '../home/layout.ts';
import { headOf } from '../system/file-head.ts';
import { showHelp } from './show-help.ts';

/** More than the comments at the head of a core command take. */
const HEAD_BYTES = 16 << 10;

/**
 * `--help` of a core command that is a shell file, as command_show_help of plugins/common asks for it.
 * @param argv its file, the word that it was called by, the flags that it reads, separated by blanks, and what it says besides
 */
export function helpOf([file = '', typed = '', flags = '', ...said]: readonly string[], env: Environment): void {
  const text = headOf(file, HEAD_BYTES).toString();
  showHelp(
    shellCommandHelp(
      text,
      typed,
      flags.split(' ').filter((flag) => flag !== ''),
      said,
    ),
    typed,
    readLayout(env).brand,
  );
}
