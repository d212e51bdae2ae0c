import { UserError } from '../errors.ts';

/** What stands for a variable of the environment. */
const VARIABLE = /\$\{([^}]*)\}/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Headers that say how a request is made: they are not for a configuration to set. */
const OWN = /^(host|connection|content-.*|transfer-encoding|accept-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|if-.*|range|date)$/i;
/** Headers whose value is a secret, by their names. */
const SECRET = /auth|token|key|secret|passw|cookie|credential|session|signature/i;

/**
 * What is wrong with a header of a repository; undefined where nothing is.
 * @param value with `${NAME}` for what stands in the environment
 */
export function headerProblem(name: string, value: string): { readonly problem: string; readonly remedy: string } | undefined {
  if (!TOKEN.test(name)) return { problem: `"${name}" cannot be the name of a header`, remedy: "write it as 'NAME: VALUE'" };
  if (OWN.test(name)) return { problem: `the header ${name} cannot be set`, remedy: 'remove it' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(value)) return { problem: `the header ${name} has a control character`, remedy: 'write it on one line' };
  const names = [...value.matchAll(VARIABLE)].map(([, found = '']) => found);
  const wrong = names.find((found) => !NAME.test(found));
  if (wrong !== undefined || value.replaceAll(VARIABLE, '').includes('${')) {
    return { problem: `the header ${name} has a \${…} that is not a variable`, remedy: `write it as \${NAME}` };
  }
  if (SECRET.test(name) && names.length === 0) {
    return {
      problem: `the header ${name} holds a secret, and everyone can read tool.toml`,
      remedy: `put it into an environment variable and write \${NAME}, in single quotes`,
    };
  }
  return undefined;
}

/**
 * Reads a header as it is typed: `NAME: VALUE`.
 * @throws UserError
 */
export function parseHeader(text: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([^:]*):\s*(.*?)\s*$/s.exec(text) ?? [];
  const wrong = text.includes(':') ? headerProblem(name, value) : { problem: 'a header has a name and a value', remedy: "write it as 'NAME: VALUE'" };
  if (wrong) throw new UserError('bad-value', `--header: ${wrong.problem}`, { hint: wrong.remedy });
  return [name, value];
}

/**
 * Headers as they are sent, each variable replaced by its value.
 * @param repository whose they are, for messages
 * @throws UserError naming a variable that is not set, or whose value cannot be sent; never its value
 */
export function expandHeaders(
  repository: string,
  headers: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const valueFor = (header: string, name: string): string => {
    const value = env[name];
    const whose = `the header ${header} of the repository ${repository} needs it`;
    if (value === undefined || value === '')
      throw new UserError('variable-not-set', `The environment variable ${name} is not set, and ${whose}`, { hint: `export ${name}` });
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw new UserError('bad-variable', `The environment variable ${name} has a character that a header cannot have, and ${whose}`, {
        hint: 'check for a line break at its end',
      });
    }
    return value;
  };
  return Object.fromEntries(Object.entries(headers).map(([header, text]) => [header, text.replaceAll(VARIABLE, (_, name: string) => valueFor(header, name))]));
}
