/** How a server wants to be told who asks (RFC 9110, 11.6.1). */
export interface Challenge {
  /** In small letters: `bearer`, `basic`. */
  readonly scheme: string;
  /** By their names in small letters. */
  readonly parameters: Readonly<Record<string, string>>;
}

const GAP = /[\s,]*/y;
const PARAMETER = /([!#$%&'*+.^`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^`|~\w-]+))/y;
const SCHEME = /([!#$%&'*+.^`|~\w-]+)(?=[\s,]|$)/y;
/** What some schemes have in place of parameters. */
const TOKEN = /\s+[\w.~+/-]+=*(?=\s*(?:,|$))/y;

/** The challenges of a WWW-Authenticate header, which may have several; up to the first thing that cannot be read. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  let at = 0;
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    const found = form.exec(header);
    if (found) at = form.lastIndex;
    return found;
  };
  while (at < header.length) {
    take(GAP);
    const current = challenges.at(-1);
    const parameter = current && take(PARAMETER);
    if (parameter) {
      const [, name = '', quoted, plain = ''] = parameter;
      const known = name.toLowerCase();
      // What is said twice is meant as it was said first.
      if (!Object.hasOwn(current.parameters, known)) current.parameters[known] = quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1');
      continue;
    }
    const scheme = take(SCHEME)?.[1];
    if (scheme === undefined) break;
    challenges.push({ scheme: scheme.toLowerCase(), parameters: Object.create(null) as Record<string, string> });
    take(TOKEN);
  }
  return challenges;
}
