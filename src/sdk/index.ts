/** What a provider that is written in TypeScript or JavaScript imports of this package (docs/provider-sdk.md). */
export type { ApiClient } from './api-client.ts';
export type { ActionCall, Call, InstanceCall, ProviderSpec, PublishCall, RequestCall, UnpackCall, UpgradeCall, ValidateCall } from './calls.ts';
export type { Logger } from './logger.ts';
export type { Action, Definition, ErrorBody, Event, JsonObject, LogLevel, LogLine } from './models.ts';
export type { ParamSpec, ParamSpecs, ValueOf, Values } from './params.ts';
export { type ActionOptions, defineProvider, type Provider } from './provider.ts';
export { ProviderError, type ProviderErrorOptions } from './provider-error.ts';
