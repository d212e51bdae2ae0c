import { isUserError } from '../../errors.ts';
import type { Layout } from '../../home/layout.ts';
import { type SigningStatus, SigningStatuses } from '../../store/signing-status.ts';

/** The statuses of the signatures of plugins; one whose receipt cannot be read is left out, and told of by what needs that. */
export async function signatures(layout: Layout, rows: readonly { readonly name: string }[]): Promise<ReadonlyMap<string, SigningStatus>> {
  const found = new Map<string, SigningStatus>();
  const statuses = new SigningStatuses(layout);
  for (const { name } of rows) {
    try {
      const status = await statuses.of(name);
      if (status) found.set(name, status);
    } catch (error) {
      if (!isUserError(error)) throw error;
    }
  }
  return found;
}
