/** Names of parameters that carry a secret, in the addresses of file servers and object stores: those that hold such a word, and those that are one. */
const SECRET_NAME = String.raw`(?:[\w.%~-]*(?:token|key|auth|pass|pwd|secret|sig|credential|jwt|session)[\w.%~-]*|pw|code|access|sid|t)`;
const SECRET_PARAMETERS = new RegExp(String.raw`([?&;#]${SECRET_NAME}=)[^&;#\s'"]+`, 'gi');

/** A text without the user and password of http and oci addresses in it, and the password of others. The user of an ssh address (`git@`) is no secret. */
export const withoutCredentials = (text: string): string =>
  text
    .replace(/((?:https?|oci):\/\/)[^/\s?#]*@/gi, '$1')
    // A password in which a slash stands as it is: what is behind the colon is no port, then.
    .replace(/(https?:\/\/)[^/\s?#:@]*:(?!\d*(?:[/?#\s'"]|$))[^\s'"]*@/gi, '$1')
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):(?!\d*(?:[/?#\s'"]|$))[^\s'"]*@/gi, '$1@')
    // Without a scheme, as for ssh.
    .replace(/(^|[\s"'])([\w.-]+):[^\s/@"']+@(?=[\w.-]+:)/g, '$1$2@');

/** A text without the secrets of addresses in it, tokens in the query included: for messages, receipts and logs (DESIGN "Floors"). */
export const withoutSecrets = (text: string): string => withoutCredentials(text).replace(SECRET_PARAMETERS, '$1***');

/** User and password in front of an http address's host; undefined where there are none. */
export function credentialsIn(address: string): { readonly username: string; readonly password: string } | undefined {
  if (!/^https?:\/\/[^/?#]*@/i.test(address)) return undefined;
  try {
    const { username, password } = new URL(address);
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return undefined;
  }
}
