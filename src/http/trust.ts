import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { errnoOf } from '../errors.ts';
import type { Environment } from './proxy.ts';

/** Where systems keep the certificates they trust in one file: Debian and Alpine, Red Hat, SUSE, others. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Whom we believe that a server is who it says. */
export interface Trust {
  /** In PEM. */
  readonly certificates: readonly string[];
  /** A line for what a variable names and cannot be read. */
  readonly problems: readonly string[];
}

/**
 * Node's own roots, and on top of them what SSL_CERT_FILE, SSL_CERT_DIR (several folders between colons), NODE_EXTRA_CA_CERTS and the
 * system's bundle hold. What is no certificate in them is passed over.
 */
export function trustOf(env: Environment, systemBundles: readonly string[] = SYSTEM_BUNDLES): Trust {
  const problems: string[] = [];
  const read = (variable: string, path: string): string => {
    try {
      return readRegular(path);
    } catch (error) {
      problems.push(`${variable} names ${path}, which cannot be read (${errnoOf(error) ?? 'not a file'})`);
      return '';
    }
  };
  const texts = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'].map((name) => (env[name] ? read(name, env[name]) : ''));
  for (const folder of (env.SSL_CERT_DIR ?? '').split(':').filter(Boolean)) {
    try {
      for (const name of readdirSync(folder))
        if (statSync(join(folder, name), { throwIfNoEntry: false })?.isFile()) texts.push(read('SSL_CERT_DIR', join(folder, name)));
    } catch (error) {
      problems.push(`SSL_CERT_DIR names ${folder}, which cannot be read (${errnoOf(error)})`);
    }
  }
  const bundle = systemBundles.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (bundle !== undefined) texts.push(read('the system', bundle));
  return { certificates: [...new Set([...rootCertificates, ...texts.flatMap(certificatesIn)])], problems };
}

/** A pipe or a device would be waited for. */
function readRegular(path: string): string {
  if (!statSync(path).isFile()) throw new Error(`${path} is not a file`);
  return readFileSync(path, 'latin1');
}

/** One that OpenSSL cannot read would spoil the rest. */
const certificatesIn = (text: string): string[] =>
  (text.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g) ?? []).filter((pem) => {
    try {
      return Boolean(new X509Certificate(pem));
    } catch {
      return false;
    }
  });
