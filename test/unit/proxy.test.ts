import { describe, expect, test } from 'vitest';
import { needsNoProxy } from '../../src/http/no-proxy.ts';
import { proxyFor } from '../../src/http/proxy.ts';

const HTTP = 'http://example.org/x';
const HTTPS = 'https://example.org/x';

/** The proxy in one line, or why it cannot be used. */
function shown(url: string, env: Record<string, string>): string {
  try {
    const proxy = proxyFor(new URL(url), env);
    if (!proxy) return 'none';
    const { variable, host, port, secure, authorization } = proxy;
    const user = authorization === undefined ? '' : `${Buffer.from(authorization.replace('Basic ', ''), 'base64')} at `;
    return `${variable}: ${user}${secure ? 'TLS ' : ''}${host} ${port}`;
  } catch (error) {
    const { message, hint } = error as Error & { hint: string };
    return `${message}; ${hint}`;
  }
}

describe('the variables of proxies are read as curl reads them', () => {
  test.each<[string, Record<string, string>, string]>([
    [HTTP, { http_proxy: 'http://p:3128' }, 'http_proxy: p 3128'],
    [HTTPS, { http_proxy: 'http://p:3128' }, 'none'],
    [HTTP, { HTTP_PROXY: 'http://p:3128' }, 'none'],
    [HTTPS, { HTTPS_PROXY: 'http://p:3128' }, 'HTTPS_PROXY: p 3128'],
    [HTTPS, { https_proxy: 'http://small:1', HTTPS_PROXY: 'http://capital:1' }, 'https_proxy: small 1'],
    [HTTPS, { https_proxy: '', HTTPS_PROXY: 'http://capital:1' }, 'HTTPS_PROXY: capital 1'],
    [HTTP, { all_proxy: 'http://a:1' }, 'all_proxy: a 1'],
    [HTTPS, { ALL_PROXY: 'http://a:1' }, 'ALL_PROXY: a 1'],
    [HTTP, { http_proxy: 'http://own:1', ALL_PROXY: 'http://a:1' }, 'http_proxy: own 1'],
    [HTTP, { http_proxy: ' ' }, 'none'],
    [HTTP, { http_proxy: '\t', all_proxy: 'http://a:1' }, 'all_proxy: a 1'],
    // Without a scheme, and without a port.
    [HTTPS, { https_proxy: 'proxy.corp:3128' }, 'https_proxy: proxy.corp 3128'],
    [HTTPS, { https_proxy: ' proxy.corp ' }, 'https_proxy: proxy.corp 1080'],
    [HTTPS, { https_proxy: 'http://proxy.corp' }, 'https_proxy: proxy.corp 1080'],
    [HTTPS, { https_proxy: 'http://proxy.corp:80/' }, 'https_proxy: proxy.corp 80'],
    [HTTPS, { https_proxy: 'https://proxy.corp' }, 'https_proxy: TLS proxy.corp 443'],
    [HTTPS, { https_proxy: 'HTTPS://[::1]:8443' }, 'https_proxy: TLS ::1 8443'],
    // Users and passwords.
    [HTTP, { http_proxy: 'http://us%40er:p%3Aw%25@p:1' }, 'http_proxy: us@er:p:w% at p 1'],
    [HTTP, { http_proxy: 'user:p@w@p:1' }, 'http_proxy: user:p@w at p 1'],
    [HTTP, { http_proxy: 'http://user@p:1' }, 'http_proxy: user: at p 1'],
    [HTTP, { http_proxy: 'http://user:100%@p:1' }, 'http_proxy: user:100% at p 1'],
  ])('%s with %j: %s', (url, env, expected) => expect(shown(url, env)).toBe(expected));

  const remedy = 'write https_proxy as http://[USER:PASSWORD@]HOST:PORT';
  test.each<[string, string]>([
    ['socks5://s:1080', 'socks5:// is not spoken here'],
    ['socks5h://user:s3cr3t@s', 'socks5h:// is not spoken here'],
    ['ftp://p:1', 'ftp:// is not spoken here'],
    ['http://', 'it is not an address'],
    ['http://p:99999', 'it is not an address'],
    ['http://user:s3c/r3t@p:1', 'it is not an address'],
    ['a b:1', 'it is not an address'],
    [':3128', 'it is not an address'],
  ])('%j cannot be used, and is told by its variable alone', (value, reason) => {
    expect(shown(HTTPS, { https_proxy: value })).toBe(`the proxy of https_proxy cannot be used: ${reason}; ${remedy}`);
    expect(shown(HTTP, { https_proxy: value })).toBe('none');
    expect(shown(HTTPS, { https_proxy: value, no_proxy: 'example.org' })).toBe('none');
  });
});

describe('no_proxy', () => {
  test.each<[string, string, boolean]>([
    ['example.org', 'example.org', true],
    ['example.org', '.example.org', true],
    ['Example.org.', 'EXAMPLE.ORG', true],
    ['a.b.example.org', 'example.org', true],
    ['a.example.org', '.example.org', true],
    ['badexample.org', 'example.org', false],
    ['example.org', 'a.example.org', false],
    ['example.org', 'other, ,example.org', true],
    ['example.org', 'other example.org', true],
    ['example.org', '*', true],
    ['example.org', '.', false],
    ['example.org', '', false],
    ['localhost', '', false],
    ['127.0.0.1', '', false],
    ['127.0.0.1', '127.0.0.1', true],
    ['10.1.2.3', '10.0.0.0/8', true],
    ['10.1.2.3', '10.1.2.0/24', true],
    ['10.1.3.3', '10.1.2.0/24', false],
    ['10.1.2.3', '0.0.0.0/0', true],
    ['10.1.2.3', '10.0.0.0/33', false],
    ['10.1.2.3', '10.0.0.0/x', false],
    ['10.1.2.3', '2.3', false],
    ['[::1]', '::1', true],
    ['[::1]', '[::1]', true],
    ['[fd00::12]', 'fd00::/8', true],
    ['[fe80::1]', 'fd00::/8', false],
  ])('%s within %j: %s', (host, list, expected) => expect(needsNoProxy(host, list)).toBe(expected));

  test('small letters come first', () => {
    const env = { all_proxy: 'http://p:1' };
    expect(shown(HTTP, { ...env, no_proxy: 'other', NO_PROXY: 'example.org' })).toBe('all_proxy: p 1');
    expect(shown(HTTP, { ...env, no_proxy: '', NO_PROXY: 'example.org' })).toBe('none');
  });
});
