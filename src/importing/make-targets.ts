/** A target of a makefile that somebody would ask for. */
export interface Target {
  readonly name: string;
  readonly summary: string;
}

export interface MakeListing {
  readonly targets: readonly Target[];
  /** Targets that make files, and are no commands. */
  readonly files: readonly string[];
  /** Patterns, and names that are made of variables. */
  readonly computed: readonly string[];
  /** Makefiles that are included. */
  readonly included: readonly string[];
}

interface Seen {
  summary: string;
}

/**
 * The targets of a makefile, read as text: make itself would run `$(shell …)` to tell them. A target is a command where it has a comment `##`, behind it or in
 * the line above, or is named by .PHONY; in a makefile that has neither, where its name is no path.
 */
export function targetsOf(text: string): MakeListing {
  const seen = new Map<string, Seen>();
  const phony = new Set<string>();
  const [computed, included] = [new Set<string>(), new Set<string>()];
  let [above, isDefinition] = ['', false];
  for (const line of joinedLines(text)) {
    if (/^\s*define\b/.test(line)) isDefinition = true;
    if (isDefinition) {
      isDefinition = !/^\s*endef\b/.test(line);
      continue;
    }
    const comment = /^##+\s?(.*)$/s.exec(line)?.[1];
    if (comment !== undefined) {
      above = comment.trim();
      continue;
    }
    const [, files] = /^\s*[-s]?include\s+(\S.*)$/s.exec(line) ?? [];
    if (files !== undefined) included.add(files.trim());
    const rule = ruleIn(line);
    const names = namesIn(rule);
    for (const name of names) {
      if (name === '.PHONY') for (const one of prerequisites(line)) phony.add(one);
      else if (/[%$]/.test(name)) computed.add(name);
      else if (!name.startsWith('.')) {
        const summary = /(?:^|\s)##+\s?(.*)$/s.exec(line)?.[1]?.trim() ?? above;
        const known = seen.get(name);
        if (known) known.summary ||= summary;
        else seen.set(name, { summary });
      }
    }
    // What sets a variable for a target may stand between its comment and its rule.
    if (line.trim() !== '' && (names.length > 0 || rule === undefined)) above = '';
  }
  const isMarked = (name: string, { summary }: Seen): boolean => summary !== '' || phony.has(name);
  const hasMarks = [...seen].some(([name, one]) => isMarked(name, one));
  const isCommand = (name: string, one: Seen): boolean => (hasMarks ? isMarked(name, one) : !/[/.]/.test(name));
  const all = [...seen];
  return {
    targets: all.filter(([name, one]) => isCommand(name, one)).map(([name, { summary }]) => ({ name, summary })),
    files: all.filter(([name, one]) => !isCommand(name, one)).map(([name]) => name),
    computed: [...computed],
    included: [...included],
  };
}

/** The lines of a makefile without its recipes, each with what a backslash at its end goes on with. */
function joinedLines(text: string): string[] {
  const lines: string[] = [];
  let open: string[] = [];
  for (const line of text.split('\n')) {
    if (open.length === 0 && line.startsWith('\t')) continue;
    const part = open.length === 0 ? line : line.trim();
    const goesOn = part.endsWith('\\');
    open.push(goesOn ? part.slice(0, -1) : part);
    if (goesOn) continue;
    lines.push(open.join(' '));
    open = [];
  }
  return open.length === 0 ? lines : [...lines, open.join(' ')];
}

interface Rule {
  readonly names: readonly string[];
  /** What stands behind the colon. */
  readonly rest: string;
}

/**
 * Reads `a b: c`, `a:: c` and `a &: c`; undefined for what is no rule, like `x := y`. It goes through the line once: a pattern would try each `$(…)` in several ways.
 */
function ruleIn(line: string): Rule | undefined {
  if (/^\s/.test(line)) return undefined;
  const lastClosing = Math.max(line.lastIndexOf(')'), line.lastIndexOf('}'));
  const names: string[] = [];
  let [at, begin] = [0, 0];
  for (; at < line.length && line[at] !== ':'; at += 1) {
    const sign = line[at] as string;
    if (sign === '=' || sign === '#') return undefined;
    if (/\s/.test(sign)) {
      names.push(line.slice(begin, at));
      begin = at + 1;
    } else if (sign === '$') {
      at += 1;
      if ('({'.includes(line[at] ?? ' ') && at < lastClosing) while (!')}'.includes(line[at] as string)) at += 1;
    }
  }
  const [, rest] = /^::?(?![:=])(.*)$/s.exec(line.slice(at)) ?? [];
  names.push(line.slice(begin, at).replace(/&$/, ''));
  const named = names.filter((name) => name !== '');
  return rest === undefined || named.length === 0 ? undefined : { names: named, rest };
}

/** The names of a rule; none for `a: x = y`, which sets a variable for a target. */
function namesIn(rule: Rule | undefined): readonly string[] {
  return rule === undefined || /^\s*[\w.-]+\s*[:?+!]?:?=/.test(rule.rest.replace(/##.*$/s, '')) ? [] : rule.names;
}

const prerequisites = (line: string): string[] =>
  line
    .slice(line.indexOf(':') + 1)
    .replace(/#.*$/s, '')
    .split(/\s+/)
    .filter((one) => one !== '' && !one.startsWith(':'));
