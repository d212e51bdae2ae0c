import { createHash } from 'node:crypto';

/** sha256 in hex. */
export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
