import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../../errors.ts';
import { harmlessLine } from '../../../system/harmless.ts';
import { SETTINGS_BYTES, smallBytesIfThere, whyUnread } from '../../../system/small-file.ts';
import type { Credentials } from './credentials.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Profile = Readonly<Record<string, string>>;

/** What a profile says in ways that are not followed here, and the way out. */
const NOT_FOLLOWED = ['role_arn', 'credential_process', 'sso_session', 'sso_start_url', 'web_identity_token_file'];

/** The profile that the environment names, with what both files say of it; the credentials file goes first, as in AWS's own programs. */
function profile(env: Environment): { readonly name: string; readonly fields: Profile } | undefined {
  const name = env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || 'default';
  const folder = join(env.HOME || homedir(), '.aws');
  const config = readIni(env.AWS_CONFIG_FILE || join(folder, 'config'));
  const credentials = readIni(env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials'));
  const ofConfig = config.get(name === 'default' ? 'default' : `profile ${name}`) ?? (name === 'default' ? config.get('profile default') : undefined);
  const ofCredentials = credentials.get(name);
  if (ofConfig || ofCredentials) return { name, fields: { ...ofConfig, ...ofCredentials } };
  if (!env.AWS_PROFILE) return undefined;
  throw new UserError('no-credentials', `There is no profile "${harmlessLine(name)}" in the files of ~/.aws`, { hint: 'check AWS_PROFILE' });
}

/**
 * The keys that a profile has.
 * @returns undefined where there is no profile, or it has none
 * @throws UserError no-credentials for a profile that is named and not there, or says how to get keys in a way that is not followed
 */
export function profileCredentials(env: Environment): Credentials | undefined {
  const found = profile(env);
  if (!found) return undefined;
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, aws_session_token: sessionToken } = found.fields;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  const other = NOT_FOLLOWED.find((key) => found.fields[key] !== undefined);
  if (other === undefined) return undefined;
  throw new UserError('no-credentials', `The profile "${harmlessLine(found.name)}" has ${other}, which is not followed here`, {
    hint: `export its keys: eval "$(aws configure export-credentials --profile ${/^[\w.-]+$/.test(found.name) ? found.name : 'NAME'} --format env)"`,
  });
}

/** A setting of the profile: its region, say. */
export const profileSetting = (env: Environment, key: string): string | undefined => profile(env)?.fields[key];

/** The sections of an INI file as AWS writes them; none where there is no file. @throws UserError where it cannot be read */
function readIni(file: string): ReadonlyMap<string, Profile> {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> | undefined;
  for (const line of textOf(file).split(/\r?\n/)) {
    const [, title] = /^\[\s*([^\]]+?)\s*\]/.exec(line) ?? [];
    if (title !== undefined) {
      const name = title.replace(/\s+/g, ' ').replace(/^(profile )"(.*)"$/, '$1$2');
      section = sections.get(name) ?? {};
      sections.set(name, section);
      continue;
    }
    // An indented line belongs to the setting above it, and is of no interest.
    const [, key, value] = /^([A-Za-z]\w*)\s*=\s*(.*?)(?:\s+[#;].*)?\s*$/.exec(line) ?? [];
    if (section && key !== undefined && value !== undefined) section[key.toLowerCase()] = value;
  }
  return sections;
}

function textOf(file: string): string {
  try {
    return smallBytesIfThere(file, SETTINGS_BYTES)?.toString() ?? '';
  } catch (error) {
    throw new UserError('unreadable-file', `${file} ${whyUnread(error)}`, { hint: 'change its permissions, or name another file', cause: error });
  }
}
