import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { isReleaseName, NAME_RULE } from './names.ts';

/** What names a release: `deploy`, `acme/deploy`, `acme/deploy@^1.2`. */
export interface Reference {
  readonly repository?: string;
  readonly name: string;
  /** What stands behind the `@`; empty for the latest. */
  readonly wish: string;
}

const FORM = '[{repo_name}/]{plugin_name}[@{version}]';

/** Whether a text is meant as a reference: it is no path, no address, and names no file that is packed. */
export const isReference = (text: string): boolean => /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?(@[^:/]*)?$/.test(text);

/**
 * Takes a reference apart, as Botkube does: at the first `/`, then at the first `@` (contract registry §1.4).
 * @throws UserError
 */
export function parseReference(text: string): Reference {
  const slash = text.search(/[/@]/);
  const hasRepository = text[slash] === '/';
  const repository = hasRepository ? text.slice(0, slash) : undefined;
  const [, name = '', wish = ''] = /^([^@]*)(?:@(.*))?$/s.exec(hasRepository ? text.slice(slash + 1) : text) ?? [];
  const problems = [...(repository === undefined ? [] : problemsOf(repository, 'repository')), ...problemsOf(name, 'plugin')];
  if (problems.length > 0) {
    throw new UserError('bad-reference', `"${harmlessLine(text)}" doesn't follow the ${FORM} syntax: ${problems.join(', ')}`, { hint: NAME_RULE });
  }
  return { ...(repository === undefined ? {} : { repository }), name, wish: wish.trim() };
}

function problemsOf(name: string, what: string): string[] {
  if (name === '') return [`${what} name is required`];
  return isReleaseName(name) ? [] : [`${what} name "${harmlessLine(name)}" is not allowed`];
}
