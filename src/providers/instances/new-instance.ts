import type { JsonObject } from '../definition/json-fields.ts';
import type { Instance } from './instance.ts';

/** An instance as it is when it is made: to be run. */
export const newInstance = (
  name: string,
  provider: string,
  params: JsonObject,
  more: Partial<Pick<Instance, 'description' | 'environment' | 'wanted'>> = {},
): Instance => ({
  format: 1,
  name,
  provider,
  description: '',
  params,
  environment: [],
  wanted: true,
  createdAt: new Date().toISOString(),
  ...more,
});
