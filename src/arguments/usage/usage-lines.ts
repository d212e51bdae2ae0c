/** One comment line of the usage notation. */
export interface UsageLine {
  /** Of the file, counted from 1. */
  readonly line: number;
  /** What stands behind the mark. */
  readonly text: string;
}

/** `#USAGE`, `//USAGE`, `::USAGE`, and `# [USAGE]` for who formats comments. */
const MARK = /^\uFEFF?(?:#|\/\/|::)(?:USAGE|[ \t]*\[USAGE\])(?:[ \t](.*))?$/;
/** What may stand between them: other comments, and empty lines. */
const BETWEEN = /^(?:(?:#|\/\/|::).*|[ \t]*)$/;

/** The lines with the first declaration of a file: it ends where a line stands that is no comment. */
export function usageLinesOf(text: string): readonly UsageLine[] {
  // Most files have none, and this is asked about many.
  if (!text.includes('USAGE')) return [];
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const first = lines.findIndex((line) => MARK.test(line));
  if (first < 0) return [];
  const after = lines.findIndex((line, index) => index > first && !BETWEEN.test(line));
  return lines
    .slice(first, after < 0 ? undefined : after)
    .map((line, index) => ({ line: first + index + 1, text: MARK.exec(line)?.[1], marked: MARK.test(line) }))
    .filter(({ marked }) => marked)
    .map(({ line, text: found = '' }) => ({ line, text: found }));
}
