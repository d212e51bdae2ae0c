import { errorCodes } from './table.ts';

/** The remedies for the commands in shell, a line each: the code, a space, the remedy. */
export const remedies = (): string =>
  Object.entries(errorCodes)
    .map(([code, { remedy }]) => `${code} ${remedy}\n`)
    .join('');
