import { isIP } from 'node:net';
import { UserError } from '../../../errors.ts';
import { RequestFailure } from '../../../http/failure.ts';
import { bareHost, isLoopbackHost } from '../../../http/host.ts';
import { send } from '../../../http/send.ts';
import { isObject, isOptional, isText } from '../../../system/own-json.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../../../system/small-file.ts';
import type { Credentials } from './credentials.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const CONTAINER_HOST = 'http://169.254.170.2';
const INSTANCE_HOST = 'http://169.254.169.254';
/** The hosts that may be asked over http, besides loopback: those of ECS and EKS. */
const CONTAINER_ADDRESSES = ['169.254.170.2', '169.254.170.23', 'fd00:ec2::23'];
/** These are next door, or nowhere. */
const PATIENCE = { maxBytes: 1 << 20, attempts: 1, stalledAfterMs: 1000 };
const TOKEN_SECONDS = '21600';

/**
 * Credentials of a container, where the environment names their endpoint (ECS, EKS).
 * @throws UserError no-credentials where that cannot be asked, or would be asked over a network in the clear
 */
export async function containerCredentials(env: Environment): Promise<Credentials | undefined> {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = env;
  if (!relative && !full) return undefined;
  const address = relative ? `${CONTAINER_HOST}${relative}` : (full ?? '');
  const refuse = (why: string, cause?: unknown): UserError =>
    new UserError('no-credentials', `The endpoint of AWS_CONTAINER_CREDENTIALS_${relative ? 'RELATIVE' : 'FULL'}_URI ${why}`, {
      hint: 'check the role of the container',
      cause,
    });
  if (!URL.canParse(address)) throw refuse('is not an address');
  const url = new URL(address);
  const host = bareHost(url.hostname);
  if (url.protocol !== 'https:' && !(isIP(host) ? CONTAINER_ADDRESSES.includes(host) || isLoopbackHost(host) : host === 'localhost'))
    throw refuse('is on another machine and not https');
  const authorization = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
    ? tokenIn(env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)
    : env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  try {
    return credentialsIn(await asked(url, authorization ? { authorization } : {}));
  } catch (error) {
    if (error instanceof RequestFailure) throw refuse(`cannot be used: ${error.message}`, error);
    throw error;
  }
}

/**
 * Credentials of the role of an instance (IMDSv2).
 * @returns undefined where this is no instance, or it has no role
 */
export async function instanceCredentials(env: Environment): Promise<Credentials | undefined> {
  if (/^true$/i.test(env.AWS_EC2_METADATA_DISABLED ?? '')) return undefined;
  const host = (env.AWS_EC2_METADATA_SERVICE_ENDPOINT || INSTANCE_HOST).replace(/\/+$/, '');
  const at = (path: string): URL => new URL(`${host}/latest/${path}`);
  try {
    const token = await asked(at('api/token'), { 'x-aws-ec2-metadata-token-ttl-seconds': TOKEN_SECONDS }, 'PUT');
    const headers = { 'x-aws-ec2-metadata-token': token };
    const [role = ''] = (await asked(at('meta-data/iam/security-credentials/'), headers)).split('\n');
    if (!/^[\w+=,.@-]+$/.test(role)) return undefined;
    return credentialsIn(await asked(at(`meta-data/iam/security-credentials/${role}`), headers));
  } catch (error) {
    if (error instanceof RequestFailure) return undefined;
    throw error;
  }
}

/** Asks what is next door, by no proxy. @throws RequestFailure also for another answer than 200 */
async function asked(url: URL, headers: Record<string, string>, method = 'GET'): Promise<string> {
  const { status, body } = await send(async () => ({ url, headers, method }), PATIENCE, {});
  if (status !== 200) throw new RequestFailure(`it answered ${status}`);
  return body.toString().trim();
}

const isAnswer = isObject<{ AccessKeyId: string; SecretAccessKey: string; Token?: string | undefined; Expiration?: string | undefined }>({
  AccessKeyId: isText,
  SecretAccessKey: isText,
  Token: isOptional(isText),
  Expiration: isOptional(isText),
});

function credentialsIn(text: string): Credentials {
  const value = parsed(text);
  if (!isAnswer(value)) throw new RequestFailure('it answered something else than credentials');
  const ends = Date.parse(value.Expiration ?? '');
  return {
    accessKeyId: value.AccessKeyId,
    secretAccessKey: value.SecretAccessKey,
    ...(value.Token ? { sessionToken: value.Token } : {}),
    ...(Number.isNaN(ends) ? {} : { expiresAt: ends }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tokenIn(file: string): string {
  try {
    return readSmallFile(file, SETTINGS_BYTES).trim();
  } catch (error) {
    throw new UserError('no-credentials', `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: ${file} ${whyUnread(error)}`, { hint: 'check the role of the container' });
  }
}
