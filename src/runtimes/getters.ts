import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { UserError } from '../errors.ts';
import type { Environment, Layout } from '../home/layout.ts';
import { decoded } from '../http/authorization.ts';
import { startChild } from '../system/child.ts';
import { writeAll } from '../system/file-descriptor.ts';
import { withoutCredentials, withoutSecrets } from '../system/secrets.ts';
import { getterEnvironment, getterFor, type HelmProgram } from './helm-programs.ts';

/** What a getter is held to. */
export interface GetterLimits {
  readonly maxBytes: number;
  /** How long nothing may come, in milliseconds: some fetch all of a file before they print it. */
  readonly quietMs?: number;
  readonly onProgress?: ((received: number, total: number | undefined) => void) | undefined;
  /** Whether what it says on standard error is not shown: for what may not be there. */
  readonly isQuiet?: boolean;
}

/** What a getter gave. */
export interface Got {
  /** In hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Addresses of schemes that plugins fetch. */
export interface Getters {
  /**
   * Has a file written that is not there yet.
   * @throws UserError where no plugin has the scheme, or its getter fails, or gives too much; part of a file may stand then
   */
  fetch(url: string, file: string, limits: GetterLimits): Promise<Got>;
}

const QUIET_MS = 10 * 60_000;

/** The scheme of an address, in lower case; undefined for what has none. */
export const schemeOf = (address: string): string | undefined => /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();

/** What to say of a scheme that no enabled plugin has (contract helm §3.6). */
export const unservedScheme = (scheme: string, brand: string): UserError =>
  new UserError('no-such-scheme', `scheme "${scheme}" not supported`, {
    hint: `install and enable a plugin that is a getter for it; see \`${brand} plugin:list\``,
  });

/** The getters of a home's enabled plugins, each looked for when it is first needed. */
export const gettersOf = (layout: Layout, env: Environment): Getters => ({
  async fetch(url, file, limits) {
    const scheme = schemeOf(url) ?? '';
    const getter = getterFor(layout, scheme);
    if (getter === undefined) throw unservedScheme(scheme, layout.brand);
    return fetchByGetter(getter, url, file, limits, env);
  },
});

/** User and password of an address, as a getter is told of them: everybody can read its arguments. */
function credentialsOf(url: string): Record<string, string> {
  const [, username, password] = /^[a-z][a-z0-9+.-]*:\/\/([^\s:/?#@]*):([^\s/?#@]*)@/i.exec(url) ?? [];
  return username === undefined || password === undefined ? {} : { HELM_PLUGIN_USERNAME: decoded(username), HELM_PLUGIN_PASSWORD: decoded(password) };
}

/**
 * Has a plugin's getter bring an address into a file (contract helm §3.6).
 * @throws UserError where it fails, is quiet for too long, or gives more than is allowed; it is killed then
 */
export async function fetchByGetter(
  { plugin, file: program }: HelmProgram,
  url: string,
  file: string,
  { maxBytes, quietMs = QUIET_MS, onProgress, isQuiet = false }: GetterLimits,
  env: Environment,
): Promise<Got> {
  const descriptor = openSync(file, 'wx', 0o644);
  const child = startChild(program, ['', '', '', withoutCredentials(url)], {
    env: { ...getterEnvironment(env, undefined), ...credentialsOf(url) },
    stdio: ['ignore', 'pipe', isQuiet ? 'ignore' : 'inherit'],
  });
  const { stdout } = child.process;
  const fail = (what: string): void =>
    void stdout?.destroy(
      new UserError('program-failed', `plugin "${plugin}" ${what} of ${withoutSecrets(url)}`, { hint: 'try again, or see what the plugin printed' }),
    );
  const timer = setTimeout(() => fail(`gave nothing for ${Math.round(quietMs / 1000)} s`), quietMs);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of (stdout ?? []) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new UserError('too-large', `${withoutSecrets(url)} is more than the ${maxBytes} bytes that are allowed`);
      timer.refresh();
      hash.update(chunk);
      writeAll(descriptor, chunk);
      onProgress?.(bytes, undefined);
    }
    const status = await child.exited;
    if (status !== 0) throw new UserError('program-failed', `plugin "${plugin}" exited with error`, { status, hint: `its status is ${status}` });
  } finally {
    clearTimeout(timer);
    child.process.kill('SIGKILL');
    closeSync(descriptor);
  }
  return { sha256: hash.digest('hex'), bytes };
}
