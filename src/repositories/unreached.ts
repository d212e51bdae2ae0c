import { UserError } from '../errors.ts';

/** A server could not be reached, or had no time: what another try soon afterwards would meet again. */
export class Unreached extends UserError {
  constructor({ code, message, hint }: UserError) {
    super(code, message, hint === undefined ? {} : { hint });
  }
}
