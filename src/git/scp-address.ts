/** What git reads as `[user@]host:path` over ssh. */
export interface ScpAddress {
  readonly user: string | undefined;
  /** With its port, or an address of IPv6, in brackets where it was. */
  readonly host: string;
  readonly path: string;
}

/**
 * Reads a source as git reads an address without a scheme: a colon in front of the first slash ends the host. Not what begins like a drive of Windows
 * (`c:`), names a program of git's (`ext::…`), or has a password, which ssh does not take.
 */
export function readScpAddress(source: string): ScpAddress | undefined {
  const [, user, host = '', path = ''] = /^(?:([^\s/:@[\]]+)@)?([A-Za-z0-9_][\w.-]*|\[[^\s/[\]]+\]):(?!\/\/)(.+)$/s.exec(source) ?? [];
  if (host === '' || path === '') return undefined;
  if (user === undefined && (host.length === 1 || path.startsWith(':') || /^[^/]*@/.test(path))) return undefined;
  return { user, host, path };
}
