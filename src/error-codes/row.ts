/** What is known of an error by its code. Codes are permanent; wording is not. */
export interface ErrorRow {
  /** What is wrong, in one sentence. */
  readonly meaning: string;
  /** What to try, worded to stand behind a semicolon: the remedy of a message that names none. */
  readonly remedy: string;
  /** When it has another exit status than `statusOf` says, if it ever has. */
  readonly otherwise?: string;
}

/** A row of the table. */
export const row = (meaning: string, remedy: string, otherwise?: string): ErrorRow => ({ meaning, remedy, ...(otherwise === undefined ? {} : { otherwise }) });
