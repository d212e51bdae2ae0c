import { createHash } from 'node:crypto';
import type { Bucket, BucketRequest } from './bucket.ts';

/** What a server makes of the conditions of a write: it keeps to them, says that it has none, or takes no notice of them. */
export type Conditions = 'kept' | 'refused' | 'ignored';

const CONTENT = Buffer.from('Mirrors find out on this object whether its server keeps to If-None-Match and If-Match.\n');
const BODY = { content: CONTENT, sha256: createHash('sha256').update(CONTENT).digest('hex') };
/** Of nothing that was ever written. */
const OTHER_TAG = '"00000000000000000000000000000000"';

/**
 * Tries on an object of its own what a server makes of conditions, before anything is trusted to them: there are some that answer 200 and overwrite. The object stays, so that
 * the next mirror asks twice and not three times.
 * @throws UserError store-failed for any other answer
 */
export async function conditionsOf(bucket: Bucket, key: string): Promise<Conditions> {
  const write = async (headers: Record<string, string>): Promise<Conditions> => {
    const request: BucketRequest = { method: 'PUT', key, body: BODY, headers };
    const answer = await bucket.ask(request);
    if (answer.status === 412) return 'kept';
    if (answer.status === 501) return 'refused';
    if (answer.status >= 200 && answer.status < 300) return 'ignored';
    throw bucket.refusal(request, answer);
  };
  const asNew = { 'if-none-match': '*' };
  let made = await write(asNew);
  // It was not there, or is overwritten.
  if (made === 'ignored') made = await write(asNew);
  return made === 'kept' ? write({ 'if-match': OTHER_TAG }) : made;
}
