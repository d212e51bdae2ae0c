import { installedBill } from '../../sbom/installed-bill.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Prints a bill of materials of the installed plugins: CycloneDX in JSON, whatever format is asked for. */
export async function run({ layout, env }: CommandContext<'plugin:sbom'>): Promise<Outcome> {
  const { cycloneDx } = await import('../../sbom/cyclonedx.ts');
  const { sourceDateEpoch } = await import('../../system/source-date.ts');
  const fixed = sourceDateEpoch(env);
  const time = fixed === undefined ? new Date() : new Date(fixed * 1000);
  const text = cycloneDx(await installedBill(layout), { brand: layout.brand, time, fixed: fixed !== undefined });
  return { data: JSON.parse(text) as object, lines: () => [text.trimEnd()] };
}
