import type { Manifest } from '../../plugins/manifest.ts';

/** The type of a plugin that was made for Helm, and whether its plugin.yaml is in the older form: `cli/v1, legacy`. */
export const typeText = ({ type, form }: NonNullable<Manifest['helm']>): string => (form === 'legacy' ? `${type}, legacy` : type);
