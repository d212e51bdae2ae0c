import { harmlessLine } from '../system/harmless.ts';
import { logInfo, print } from './log.ts';

type State = 'passed' | 'failed' | 'skipped';

/** A test point as it is printed; src/testing has the same shape. */
interface Point {
  readonly name: string;
  readonly state: State;
  readonly lines: readonly string[];
}

/** Prints test points as they come. */
export interface TestReport {
  point(point: Point): void;
  note(line: string): void;
  /** Prints what comes last. @returns how many points there were of each kind */
  end(): Readonly<Record<State, number>>;
}

const none = () => ({ passed: 0, failed: 0, skipped: 0 });

/** TAP 13: the plan comes last, since it is not known before. */
export function tapReport(): TestReport {
  const count = none();
  const comment = (line: string): void => print(`# ${harmlessLine(line)}`);
  print('TAP version 13');
  return {
    point: ({ name, state, lines }) => {
      count[state]++;
      const number = count.passed + count.failed + count.skipped;
      // `#` begins a directive.
      const result = `${state === 'failed' ? 'not ok' : 'ok'} ${number} - ${harmlessLine(name).replaceAll('#', '\\#')}`;
      print(state === 'skipped' ? `${result} # SKIP ${harmlessLine(lines.join('; '))}` : result);
      if (state !== 'skipped') lines.forEach(comment);
    },
    note: comment,
    end: () => {
      print(`1..${count.passed + count.failed + count.skipped}`);
      return count;
    },
  };
}

const WORDS: Readonly<Record<State, string>> = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' };

/** For people: a heading, a line a point with what went wrong below it, and a total. */
export function prettyReport(heading: string): TestReport {
  const count = none();
  logInfo(heading);
  return {
    point: ({ name, state, lines }) => {
      count[state]++;
      print(`       ${WORDS[state].padEnd(8)} ${harmlessLine(`${name}${state === 'skipped' ? ` (${lines.join('; ')})` : ''}`)}`);
      if (state !== 'skipped') for (const line of lines) print(`                  ${harmlessLine(line)}`);
    },
    note: (line) => print(`       note     ${harmlessLine(line)}`),
    end: () => {
      const { passed, failed, skipped } = count;
      logInfo(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
      return count;
    },
  };
}
