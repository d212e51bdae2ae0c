import type { OutgoingHttpHeaders } from 'node:http';
import { type Exchanged, exchange } from '../http/exchange.ts';
import { RequestFailure } from '../http/failure.ts';
import type { Environment } from '../http/proxy.ts';
import { send } from '../http/send.ts';
import { harmlessLine } from '../system/harmless.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { credentialsFor, type FoundCredentials } from './credentials.ts';
import type { Credentials } from './docker-config.ts';
import { type Endpoint, mayHaveCredentials } from './endpoint.ts';

/** Who wants access, and to what. */
export interface AccessWorld extends Endpoint {
  /** `path/name` */
  readonly repository: string;
  /** What is to be allowed, where the registry does not name it: `pull`, `pull,push`. */
  readonly actions?: string;
  readonly plainHttp: readonly string[];
  readonly env: Environment;
  readonly onRetry?: ((reason: string, seconds: number) => void) | undefined;
}

const TOKEN_BYTES = 256 << 10;

/**
 * What to send to a registry that has refused to answer without it: the user and password that are kept for it, or a token, fetched from the place that the
 * registry names with those, or as nobody.
 * @param refused its answer with status 401
 * @throws RequestFailure where nothing is kept that it takes
 */
export async function gainAccess(refused: Exchanged, world: AccessWorld): Promise<OutgoingHttpHeaders> {
  const challenges = parseChallenges(refused.headers['www-authenticate'] ?? '');
  const challenge = ['bearer', 'basic'].map((scheme) => challenges.find((one) => one.scheme === scheme)).find((one) => one !== undefined);
  const found = await credentialsFor(world.credentialsName, world.env);
  if (challenge?.scheme === 'bearer') return { authorization: `Bearer ${await tokenFor(challenge, found, world)}` };
  if (challenge === undefined) {
    throw new RequestFailure('the registry answered 401 and asks for nothing that is known here', { hint: 'contact its operator' });
  }
  const { credentials } = found;
  if (credentials?.kind !== 'password') throw noAccess('the registry asks for a user and a password', world, found);
  return { authorization: basic(credentials) };
}

/** That somebody may not read what was asked for. */
export class NoAccess extends RequestFailure {}

/** @param reason in words */
export const noAccess = (reason: string, { credentialsName }: Endpoint, { problems }: Pick<FoundCredentials, 'problems'>): NoAccess =>
  new NoAccess(reason, { hint: [...problems, loginHint(credentialsName)].join('; ') });

const loginHint = (name: string): string => {
  const host = name.replace(/^https:\/\/index\.docker\.io\/v1\/$/, '');
  return `log in with \`${['docker login', host].join(' ').trim()}\` or \`helm registry login ${host || 'docker.io'}\``;
};

const basic = ({ username, password }: Extract<Credentials, { kind: 'password' }>): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** Fetches a token, as the specification of docker's registries has it. */
async function tokenFor({ parameters }: Challenge, found: FoundCredentials, world: AccessWorld): Promise<string> {
  const { realm = '', service, scope = `repository:${world.repository}:${world.actions ?? 'pull'}` } = parameters;
  const place = URL.canParse(realm) ? new URL(realm) : undefined;
  if (!place || !mayHaveCredentials(place, world.origin, world.plainHttp)) {
    throw new RequestFailure(`the registry sends for a token to ${harmlessLine(realm) || 'nowhere'}, which is not asked`, { hint: 'contact its operator' });
  }
  const words = { ...(service === undefined ? {} : { service }), scope };
  const answer = await askForToken(place, words, found.credentials, world);
  const shown = `${place.origin}${place.pathname}`;
  if (answer.status === 401 || answer.status === 403 || (answer.status === 400 && found.credentials)) {
    const reason = found.credentials ? 'does not take the credentials that are kept' : 'gives no token without credentials';
    throw noAccess(`${shown} ${reason} for ${world.credentialsName} (${answer.status})`, world, found);
  }
  const token = answer.status === 200 ? readToken(answer.body) : undefined;
  if (token === undefined) throw new RequestFailure(`${shown} answered ${answer.status} without a token`, { hint: 'contact its operator' });
  return token;
}

function askForToken(place: URL, words: Readonly<Record<string, string>>, credentials: Credentials | undefined, world: AccessWorld): Promise<Exchanged> {
  const options = { maxBytes: TOKEN_BYTES, onRetry: world.onRetry };
  if (credentials?.kind === 'identity token') {
    const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'tool', ...words, refresh_token: credentials.token });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return send(async () => ({ url: place, method: 'POST', headers, body: Buffer.from(form.toString()) }), options, world.env);
  }
  const url = new URL(place);
  for (const [name, value] of Object.entries(words)) url.searchParams.set(name, value);
  return exchange(url, { ...options, all: {}, ...(credentials ? { own: { authorization: basic(credentials) } } : {}) }, world.env);
}

/** What an Authorization header may have behind `Bearer` (RFC 6750). */
const TOKEN = /^[\w.~+/-]+=*$/;

function readToken(body: Buffer): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  const { token, access_token: other } = (value ?? {}) as Record<string, unknown>;
  return [token, other].find((one): one is string => typeof one === 'string' && TOKEN.test(one));
}
