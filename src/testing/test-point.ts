/** One thing that was tested, and how it came out. */
export interface TestPoint {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What went wrong, what is worth knowing, or why it was skipped, in lines for people. */
  readonly lines: readonly string[];
}

/** Told of each point as it comes, and of what is worth knowing beside them. */
export interface TestListener {
  point(point: TestPoint): void;
  note(line: string): void;
}

export const passed = (name: string): TestPoint => ({ name, state: 'passed', lines: [] });
/** A point that passed, with what is worth knowing all the same. */
export const remarked = (name: string, ...lines: readonly string[]): TestPoint => ({ name, state: 'passed', lines });
export const failed = (name: string, ...lines: readonly string[]): TestPoint => ({ name, state: 'failed', lines });
export const skipped = (name: string, reason: string): TestPoint => ({ name, state: 'skipped', lines: [reason] });
