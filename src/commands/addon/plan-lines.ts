import type { AddonStep } from '../../addons/plan-packages.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { columns } from '../../terminal/columns.ts';

/** An add-on of a spec of which nothing is installed. */
export interface LeftOut {
  readonly addon: string;
  readonly version: string;
  readonly why: string;
}

/** What would be done with add-ons, in columns. */
export function planLines(steps: readonly AddonStep[], left: readonly LeftOut[] = []): string[] {
  const rows = steps.map(({ addon, version, from = '', action, request }) => [addon, from, version, action, withoutSecrets(request.source)]);
  const others = left.map(({ addon, version, why }) => [addon, '', version, why, '']);
  return columns([['ADDON', 'INSTALLED', 'VERSION', 'ACTION', 'PACKAGE'], ...rows, ...others]);
}

/** The same for programs. */
export const planFacts = (steps: readonly AddonStep[]): object[] =>
  steps.map(({ addon, version, from, action, request }) => ({
    addon,
    version,
    ...(from === undefined ? {} : { from }),
    action,
    package: withoutSecrets(request.source),
    ...(request.addon.sha256 === '' ? {} : { sha256: request.addon.sha256 }),
  }));
