import type { Finding } from '../../publishing/lint/finding.ts';
import { harmlessLine } from '../../system/harmless.ts';

/** As compilers do, so that editors find the place: `install.sh:12: error: … [rule]`. */
export const findingLine = ({ level, rule, where, line, text, remedy }: Finding): string =>
  harmlessLine(`${where}${line === undefined ? '' : `:${line}`}: ${level}: ${text}${remedy === undefined ? '' : `; ${remedy}`} [${rule}]`);
