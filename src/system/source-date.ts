import { UserError } from '../errors.ts';

/**
 * The time, in seconds since 1970, that builds which are to be repeated set for what they make (reproducible-builds.org/specs/source-date-epoch).
 * @returns undefined where none is set
 * @throws UserError bad-variable
 */
export function sourceDateEpoch({ SOURCE_DATE_EPOCH: epoch }: Readonly<Record<string, string | undefined>>): number | undefined {
  if (epoch === undefined || epoch === '') return undefined;
  if (/^\d{1,10}$/.test(epoch)) return Number(epoch);
  throw new UserError('bad-variable', 'SOURCE_DATE_EPOCH is not a number of seconds since 1970', {
    status: 2,
    hint: 'unset it, or set it to what `git log -1 --format=%ct` prints',
  });
}
