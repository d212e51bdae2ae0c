import { join } from 'node:path';

/** Where the spool of a home is (src/home/event-spool.ts). */
export const spoolOf = (home: string): string => join(home, 'data', 'provider', 'spool');
