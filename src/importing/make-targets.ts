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
    const comment = /^##+\s?(.*)$/.exec(line)?.[1];
    if (comment !== undefined) {
      above = comment.trim();
      continue;
    }
    const [, files] = /^\s*[-s]?include\s+(.+)$/.exec(line) ?? [];
    if (files !== undefined) included.add(files.trim());
    const names = namesIn(line);
    for (const name of names) {
      if (name === '.PHONY') for (const one of prerequisites(line)) phony.add(one);
      else if (/[%$]/.test(name)) computed.add(name);
      else if (!name.startsWith('.')) {
        const summary = /(?:^|\s)##+\s?(.*)$/.exec(line)?.[1]?.trim() ?? above;
        const known = seen.get(name);
        if (known) known.summary ||= summary;
        else seen.set(name, { summary });
      }
    }
    // What sets a variable for a target may stand between its comment and its rule.
    if (line.trim() !== '' && (names.length > 0 || !RULE.test(line))) above = '';
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
  let open: string | undefined;
  for (const line of text.split('\n')) {
    if (open === undefined && line.startsWith('\t')) continue;
    const whole: string = open === undefined ? line : `${open} ${line.trim()}`;
    open = whole.endsWith('\\') ? whole.slice(0, -1) : undefined;
    if (open === undefined) lines.push(whole);
  }
  return open === undefined ? lines : [...lines, open];
}

/** `a b: c`, `a:: c`, `a &: c`; no `x := y`, and no `a: x = y`, which sets a variable for a target. */
const RULE = /^((?:[^\s:=#$]|\$[({][^)}]*[)}]|\$.)(?:[^:=#$]|\$[({][^)}]*[)}]|\$.)*?)\s*&?::?(?![:=])(.*)$/;

function namesIn(line: string): string[] {
  const [, names = '', rest = ''] = RULE.exec(line) ?? [];
  if (/^\s*[\w.-]+\s*[:?+!]?:?=/.test(rest.replace(/##.*$/, ''))) return [];
  return names.match(/(?:\$[({][^)}]*[)}]|\S)+/g) ?? [];
}

const prerequisites = (line: string): string[] =>
  line
    .slice(line.indexOf(':') + 1)
    .replace(/#.*$/, '')
    .split(/\s+/)
    .filter((one) => one !== '' && !one.startsWith(':'));
