import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import type { Environment } from '../http/proxy.ts';
import { isObject, isOptional, isText, type Shape } from '../system/own-json.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../system/small-file.ts';

/** What opens a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** Is exchanged for a token at the place that the registry names. */
  | { readonly kind: 'identity token'; readonly token: string };

/** What a configuration says of one registry. */
export interface Configured {
  /** The end of the name of a program that has the credentials: `docker-credential-NAME`. */
  readonly helper?: string;
  /** Those that are in the file itself. */
  readonly credentials?: Credentials;
}

interface Entry {
  readonly auth?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly identitytoken?: string | undefined;
}

interface Config {
  readonly auths?: Readonly<Record<string, unknown>> | undefined;
  readonly credHelpers?: Readonly<Record<string, unknown>> | undefined;
  readonly credsStore?: string | undefined;
}

const isTable = isObject({}) as Shape<Readonly<Record<string, unknown>>>;
const isConfig = isObject<Config>({ auths: isOptional(isTable), credHelpers: isOptional(isTable), credsStore: isOptional(isText) });
const isEntry = isObject<Entry>({ auth: isOptional(isText), username: isOptional(isText), password: isOptional(isText), identitytoken: isOptional(isText) });

/** The files that credentials of registries are kept in, the first first: Helm's, then docker's. */
export function configFiles(env: Environment): string[] {
  const { HOME: home = '/', HELM_REGISTRY_CONFIG: helm, HELM_CONFIG_HOME: helmHome, XDG_CONFIG_HOME: xdg, DOCKER_CONFIG: docker } = env;
  return [helm || join(helmHome || join(xdg || join(home, '.config'), 'helm'), 'registry/config.json'), join(docker || join(home, '.docker'), 'config.json')];
}

/**
 * Reads what a file of docker's form has for a registry; nothing where there is no such file.
 * @param name what its credentials are kept under
 * @throws Error in words for people, which have nothing of what is in the file
 */
export function readDockerConfig(file: string, name: string): Configured {
  let text: string;
  try {
    text = readSmallFile(file, SETTINGS_BYTES);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return {};
    throw new Error(`${file} ${whyUnread(error)}`);
  }
  return configuredFor(parsed(text, file), file, name);
}

function parsed(text: string, file: string): Config {
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    // What JSON.parse says has a piece of the text.
    throw new Error(`${file} is not JSON`);
  }
  if (isConfig(value)) return value;
  throw new Error(`${file} is not a configuration of docker's`);
}

function configuredFor({ auths = {}, credHelpers = {}, credsStore }: Config, file: string, name: string): Configured {
  const helper = Object.hasOwn(credHelpers, name) ? credHelpers[name] : credsStore || undefined;
  if (helper !== undefined && !(isText(helper) && /^[\w.-]+$/.test(helper)))
    throw new Error(`${file} names a credential helper for ${name} that is no program`);
  const key = Object.keys(auths).find((one) => one === name) ?? Object.keys(auths).find((one) => hostOf(one) === hostOf(name));
  const credentials = key === undefined ? undefined : credentialsIn(auths[key], file, name);
  return { ...(helper === undefined ? {} : { helper }), ...(credentials ? { credentials } : {}) };
}

/** The host of a key, which old docker wrote as an address: `https://host/v1/`. */
const hostOf = (key: string): string => /^https?:\/\/([^/]*)/i.exec(key)?.[1] ?? key;

function credentialsIn(entry: unknown, file: string, name: string): Credentials | undefined {
  if (!isEntry(entry)) throw new Error(`${file} has an entry for ${name} that is not understood`);
  const { auth, identitytoken } = entry;
  if (identitytoken) return { kind: 'identity token', token: identitytoken };
  if (!auth) return entry.username ? { kind: 'password', username: entry.username, password: entry.password ?? '' } : undefined;
  const text = Buffer.from(auth, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 1) throw new Error(`${file} has an "auth" for ${name} that is not USER:PASSWORD in base64`);
  return { kind: 'password', username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}
