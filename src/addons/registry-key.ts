/** Where the registry is within a mirror, as in kURL's bucket (contract registry §2.1). */
export const REGISTRY_KEY = 'external/addon-registry.json';
