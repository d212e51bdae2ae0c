import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';

/** A company that signs certificates for its servers, as openssl makes them. */
export class Company {
  readonly #folder: string;
  /** Its own certificate, in PEM. */
  readonly certificate: string;
  /** The key that it signs with, in PEM. */
  readonly key: string;

  /** @param folder where its files go */
  constructor(folder: string) {
    this.#folder = folder;
    this.certificate = join(folder, 'company.pem');
    this.key = join(folder, 'company.key');
    this.#openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'company.key', '-out', 'company.pem', '-days', '2', '-subj', '/CN=Company');
  }

  /** A certificate for a name such as `IP:127.0.0.1`. @param days how long it is good; negative when it no longer is */
  #signed(name: string, subject: string, days: number): { key: Buffer; cert: Buffer } {
    this.#openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', '/CN=server');
    writeFileSync(join(this.#folder, `${name}.ext`), `subjectAltName=${subject}\n`);
    const files = ['-in', `${name}.csr`, '-CA', 'company.pem', '-CAkey', 'company.key', '-CAcreateserial', '-out', `${name}.pem`, '-extfile', `${name}.ext`];
    this.#openssl('x509', '-req', ...files, '-days', String(days));
    return { key: readFileSync(join(this.#folder, `${name}.key`)), cert: readFileSync(join(this.#folder, `${name}.pem`)) };
  }

  /** A certificate for a name, and its key, in files. */
  filesFor(name: string, subject: string): { certFile: string; keyFile: string } {
    this.#signed(name, subject, 1);
    return { certFile: join(this.#folder, `${name}.pem`), keyFile: join(this.#folder, `${name}.key`) };
  }

  /** How to make an https server for a name: for `serving`. */
  serverFor(subject: string, days = 1): (listener: RequestListener) => Server {
    const identity = this.#signed(`server-${subject.replace(/\W/g, '-')}-${days}`, subject, days);
    return (listener) => createServer(identity, listener);
  }

  #openssl(...argv: string[]): void {
    execFileSync('openssl', argv, { cwd: this.#folder, stdio: 'pipe' });
  }
}
