import { resolve } from 'node:path';
import { settingsPath } from '../../../config/settings.ts';
import { isUserError, UserError } from '../../../errors.ts';
import { type EventFilter, readFilter } from '../filter.ts';

/** Where a secret is: in a file, or in a variable of the supervisor's environment. Never what it is. */
export type SecretPlace = { readonly file: string } | { readonly variable: string };

/** What `[events]` of a home's tool.toml says of NATS. */
export interface NatsSettings {
  /** `nats://HOST:PORT` or `tls://HOST:PORT`, tried in turn. Nothing secret is in them. */
  readonly servers: readonly string[];
  readonly stream: string;
  /** What the subjects of all events begin with. */
  readonly subject: string;
  /** Which events are sent: those that pass one of the filters; all where there are none. */
  readonly filters: readonly EventFilter[];
  /** A file of credentials, as `nsc` writes it. */
  readonly credentials: SecretPlace | undefined;
  readonly user: string | undefined;
  readonly password: SecretPlace | undefined;
  readonly token: SecretPlace | undefined;
  readonly tls: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
}

const KEYS = [
  'nats',
  'nats_stream',
  'nats_subject',
  'nats_events',
  'nats_credentials_file',
  'nats_credentials_env',
  'nats_user',
  'nats_password_file',
  'nats_password_env',
  'nats_token_file',
  'nats_token_env',
  'nats_ca_file',
  'nats_cert_file',
  'nats_key_file',
] as const;
type Key = (typeof KEYS)[number];

const DEFAULT_PORT = 4222;

/**
 * Reads what the table `[events]` says of NATS; undefined where it names no server. Keys that do not begin with `nats` are not looked at.
 * @param home files are named from there, and messages say where the table is
 * @throws UserError bad-settings for what is no setting, or has no use
 */
export function natsSettings(home: string, table: Readonly<Record<string, unknown>>): NatsSettings | undefined {
  const where = `of [events] in ${settingsPath(home)}`;
  const bad = (key: string, why: string, hint: string): UserError => new UserError('bad-settings', `${key} ${where} ${why}`, { hint });
  const given = Object.keys(table).filter((key) => key.startsWith('nats'));
  const unknown = given.find((key) => !KEYS.some((known) => known === key));
  if (unknown !== undefined) throw bad(unknown, 'is no setting', `there are ${KEYS.join(', ')}`);
  const text = (key: Key): string | undefined => {
    const value = table[key];
    if (value !== undefined && (typeof value !== 'string' || value === '')) throw bad(key, 'is no text', `write it like ${key} = "…"`);
    return value;
  };
  const matching = (key: Key, rule: RegExp, hint: string): string | undefined => {
    const value = text(key);
    if (value !== undefined && !rule.test(value)) throw bad(key, `is "${value.slice(0, 100)}"`, hint);
    return value;
  };
  const file = (key: Key): string | undefined => {
    const value = text(key);
    return value === undefined ? undefined : resolve(home, value);
  };
  const secret = (name: 'credentials' | 'password' | 'token'): SecretPlace | undefined => {
    const [path, variable] = [file(`nats_${name}_file`), matching(`nats_${name}_env`, /^[A-Za-z_][A-Za-z0-9_]*$/, 'name a variable of the environment')];
    if (path !== undefined && variable !== undefined) throw bad(`nats_${name}_env`, `is beside nats_${name}_file`, 'keep one of them');
    return path !== undefined ? { file: path } : variable !== undefined ? { variable } : undefined;
  };
  if (table.nats === undefined) {
    if (given[0] !== undefined) throw bad(given[0], 'names no server', 'add nats = "nats://HOST:PORT", or remove it');
    return undefined;
  }
  const listed = Array.isArray(table.nats) ? table.nats : [table.nats];
  if (listed.length === 0) throw bad('nats', 'names no server', 'write it like nats = "nats://127.0.0.1:4222"');
  const settings: NatsSettings = {
    servers: listed.map((one) => serverUrl(one, (why, hint) => bad('nats', why, hint))),
    stream: matching('nats_stream', /^[A-Za-z0-9_-]{1,64}$/, 'use letters, digits, hyphens and underscores, 64 at most') ?? 'tool',
    subject:
      matching('nats_subject', /^(?=.{1,200}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'use words with dots between them, such as tool.events') ?? 'tool.events',
    filters: filtersOf(table.nats_events, (why, hint) => bad('nats_events', why, hint)),
    credentials: secret('credentials'),
    user: text('nats_user'),
    password: secret('password'),
    token: secret('token'),
    tls: {
      ...fieldOf('caFile', file('nats_ca_file')),
      ...fieldOf('certFile', file('nats_cert_file')),
      ...fieldOf('keyFile', file('nats_key_file')),
    },
  };
  if (settings.password !== undefined && settings.user === undefined) throw bad('nats_password_file', 'has no user', 'add nats_user');
  if ([settings.credentials, settings.user, settings.token].filter((one) => one !== undefined).length > 1)
    throw bad('nats', 'has more than one way to log in', 'keep one of nats_credentials_file, nats_user and nats_token_file');
  if ((settings.tls.certFile === undefined) !== (settings.tls.keyFile === undefined))
    throw bad('nats', 'has a certificate without its key, or the other way round', 'give nats_cert_file and nats_key_file');
  return settings;
}

const fieldOf = (name: string, value: string | undefined): object => (value === undefined ? {} : { [name]: value });

function filtersOf(value: unknown, bad: (why: string, hint: string) => UserError): EventFilter[] {
  if (value === undefined) return [];
  const listed = Array.isArray(value) ? value : [value];
  if (listed.length === 0 || !listed.every((one) => typeof one === 'string'))
    throw bad('is no list of filters', 'write it like nats_events = ["plugins", "machines.*.m1"]');
  try {
    return listed.map(readFilter);
  } catch (error) {
    if (isUserError(error)) throw bad(`has ${error.message}`, error.hint ?? '');
    throw error;
  }
}

/** `nats://HOST:PORT`, complete. What is wrong is told without the text, which may hold a password. */
function serverUrl(value: unknown, bad: (why: string, hint: string) => UserError): string {
  const hint = 'write it like nats = "nats://127.0.0.1:4222"';
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !['nats:', 'tls:'].includes(url.protocol) || url.hostname === '') throw bad('is no address of a NATS server', hint);
  if (url.username !== '' || url.password !== '')
    throw bad('has a user or password in its address', 'name them by nats_user and nats_password_file, or nats_token_file');
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') throw bad('has more than a host and a port', hint);
  return `${url.protocol}//${url.hostname}:${url.port || DEFAULT_PORT}`;
}
