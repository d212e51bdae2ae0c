import type { Environment } from '../http/proxy.ts';
import { childEnvironment } from '../system/child.ts';
import { runLimited } from '../system/limited-child.ts';
import { isObject, isText } from '../system/own-json.ts';
import { type Credentials, configFiles, readDockerConfig } from './docker-config.ts';

/** What is found to open a registry with. */
export interface FoundCredentials {
  readonly credentials: Credentials | undefined;
  /** What kept some from being found, in words; an image that anybody may have needs none. */
  readonly problems: readonly string[];
}

/** A helper may ask its user. */
const HELPER_MS = 60_000;
const HELPER_BYTES = 64 << 10;

/**
 * Looks for the credentials of a registry where docker and Helm keep them: in their configurations, or with the programs that these name.
 * @param name what they are kept under
 */
export async function credentialsFor(name: string, env: Environment): Promise<FoundCredentials> {
  const problems: string[] = [];
  for (const file of configFiles(env)) {
    try {
      const { helper, credentials } = readDockerConfig(file, name);
      const found = (helper === undefined ? undefined : await askHelper(helper, name, env)) ?? credentials;
      if (found) return { credentials: found, problems };
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { credentials: undefined, problems };
}

interface Answer {
  readonly Username: string;
  readonly Secret: string;
}

const isAnswer = isObject<Answer>({ Username: isText, Secret: isText });

/** By this name a helper says that what it has is an identity token. */
const TOKEN_NAME = '<token>';

/**
 * Asks a credential helper, whose stdin is told the name: no secret is in any argument.
 * @returns undefined where it has none
 * @throws Error in words for people
 */
async function askHelper(helper: string, name: string, env: Environment): Promise<Credentials | undefined> {
  const program = `docker-credential-${helper}`;
  const limits = { timeoutMs: HELPER_MS, outputBytes: HELPER_BYTES, input: name };
  const { status, stdout, over } = await runLimited(program, ['get'], childEnvironment(env), limits);
  if (over !== undefined) throw new Error(`${program} ${over === 'time' ? `did not answer in ${HELPER_MS / 1000} s` : 'answered without end'}`);
  if (status === 126) throw new Error(`${program} cannot be run; it has the credentials of ${name}`);
  // What it says of itself might hold a secret.
  if (status !== 0) {
    if (/credentials not found/i.test(stdout.toString('latin1'))) return undefined;
    throw new Error(`${program} failed with status ${status}`);
  }
  let answer: unknown;
  try {
    answer = JSON.parse(stdout.toString());
  } catch {
    // Told below.
  }
  if (!isAnswer(answer)) throw new Error(`${program} gave an answer that is not understood`);
  if (answer.Secret === '') return undefined;
  if (answer.Username === TOKEN_NAME) return { kind: 'identity token', token: answer.Secret };
  return { kind: 'password', username: answer.Username, password: answer.Secret };
}
