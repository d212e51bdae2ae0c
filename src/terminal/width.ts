import { isTerminal } from './colour.ts';

/** Of a terminal that does not say. */
const USUAL_COLUMNS = 80;

/** The width that text on stdout may take: that of the terminal, and any where it goes to a file or a program. */
export const outputWidth = (): number => (isTerminal(1) ? process.stdout.columns || USUAL_COLUMNS : Number.POSITIVE_INFINITY);
