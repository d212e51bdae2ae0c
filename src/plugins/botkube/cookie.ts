/**
 * How a program that is made with HashiCorp's go-plugin for Botkube tells its host from a person: by a variable with this value (pkg/api/plugin.go of Botkube). It is no secret. Such a program
 * has it in its bytes, as it compares it.
 */
export const COOKIE = { name: 'BOTKUBE', value: '52ca7b74-28eb-4fac-ae79-31a9cbda2454' } as const;
