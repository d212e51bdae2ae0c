import { errnoOf } from '../errors.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { RequestFailure, UntrustedCertificate } from './failure.ts';

/** Who is at the other end of a connection. */
export interface Peer {
  /** `example.org:8443`, or `the proxy of https_proxy`. */
  readonly name: string;
  readonly isProxy: boolean;
  /** What may be the matter when it cannot be reached. */
  readonly hint?: string | undefined;
}

/** Codes of failures that another try may not meet. */
const PASSING = /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)$/;
const UNTRUSTED =
  /^(CERT_UNTRUSTED|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/;
const OTHERWISE_BAD_CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_REVOKED: 'was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name',
};

/** Words for what a socket or Node's HTTP parser reports. */
export function networkFailure(error: unknown, { name, isProxy, hint }: Peer): RequestFailure {
  if (error instanceof RequestFailure) return error;
  const code = errnoOf(error) ?? '';
  if (PASSING.test(code)) return new RequestFailure(isProxy ? `${code} from ${name}` : code, { passing: true, hint, cause: error });
  if (UNTRUSTED.test(code))
    return new UntrustedCertificate(`the certificate of ${name} is not trusted (${code})`, {
      hint: 'set SSL_CERT_FILE to a file with the certificate of the authority that signed it',
      cause: error,
    });
  const fault = OTHERWISE_BAD_CERTIFICATE[code];
  if (fault !== undefined) return new RequestFailure(`the certificate of ${name} ${fault} (${code})`, { hint: 'contact its operator', cause: error });
  const checking = isProxy ? 'check that variable' : 'check the address and the network';
  if (code === 'ENOTFOUND') return new RequestFailure(`the host of ${name} is not known (${code})`, { hint: hint ?? checking, cause: error });
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return new RequestFailure(`${name} does not use a supported version of TLS (${code})`, { hint: checking, cause: error });
  if (code.startsWith('HPE_')) return new RequestFailure(`${name} does not answer in HTTP (${code})`, { hint: checking, cause: error });
  return new RequestFailure(code || withoutSecrets(error instanceof Error ? error.message : String(error)), { hint: hint ?? checking, cause: error });
}
