import { RequestFailure } from './failure.ts';
import { type Followed, shownAddress } from './follow.ts';

const WORTH_ANOTHER_TRY = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Why an answer is not what was asked for, by its status. @param alsoPassing further statuses that may pass */
export function statusFailure({ status, headers, url, notTold }: Followed, alsoPassing: readonly number[] = []): RequestFailure {
  const reason = `the server answered ${status}`;
  if (WORTH_ANOTHER_TRY.has(status) || alsoPassing.includes(status))
    return new RequestFailure(reason, { passing: true, afterMs: retryAfter(headers['retry-after']) });
  if (status === 206) return new RequestFailure(`${reason}, a part although everything was requested`, { hint: 'contact the operator of the server' });
  if ((status === 401 || status === 403) && notTold !== undefined)
    return new RequestFailure(reason, { hint: `${notTold} are not sent on to ${shownAddress(url)}; give that address with them` });
  const hint =
    status === 401 || status === 403 ? 'you need to be allowed to read it' : status === 404 ? 'check the address' : 'contact the operator of the server';
  return new RequestFailure(reason, { hint });
}

/** What the server asks for, in milliseconds: seconds or a date. */
function retryAfter(value: string | undefined): number | undefined {
  if (!value) return undefined;
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
