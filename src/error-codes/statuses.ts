/** The exit status of the errors that do not give 1. It is apart from the rest of the table because every command of Node loads it. */
const STATUSES: Readonly<Record<string, number>> = {
  'unknown-flag': 2,
  'missing-flag': 2,
  'missing-argument': 2,
  'too-many-arguments': 2,
  'bad-value': 2,
  'unknown-value': 2,
  'unknown-format': 2,
  'conflicting-flags': 2,
  'flag-does-not-apply': 2,
  'bad-version-range': 2,
  'bad-reference': 2,
  'unknown-platform': 2,
  'bad-repository-name': 2,
  'bad-repository-url': 2,
  'bad-key': 2,
  'plugin-without-name': 2,
  'no-such-app': 20,
  'not-executable': 126,
  interrupted: 130,
  'internal-error': 70,
};

/** The exit status of a code, unless whoever throws it gives another. */
export const statusOf = (code: string): number => STATUSES[code] ?? 1;
