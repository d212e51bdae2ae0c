import type { ErrorRow } from './row.ts';
import { statusOf } from './statuses.ts';
import { sections } from './table.ts';

/** What stands above the tables. */
const INTRODUCTION = `<!-- Made by \`make errors-page\` from src/error-codes: change it there. -->
# Errors

Every error has a code, which stays the same when the wording of its message changes. The message says what is wrong and what to try, on
standard error. With \`--format json\` (or \`--json\`) the error is on standard output as well, as JSON:

\`\`\`json
{"error":{"code":"plugin-not-installed","status":1,"message":"Plugin (nope) is not currently installed","remedy":"see \`tool plugin:list\`"}}
\`\`\`

Standard output is then one document: the data or the error. Data that is an object gets the member \`error\` when not all went well; in a list, each
member says what became of it, and the exit status says that something failed. Under the brand \`dokku\` errors are on standard error alone, as they are in Dokku.

With \`--trace\` or \`TOOL_TRACE=1\`, a command of Node puts the line \`Error code: CODE\` below the message.

A plugin's own exit status is passed on unchanged and has no code.
`;

/** What stands below them: of the launcher, which can print neither code nor JSON. */
const LAUNCHER = `## Before the command is known

The launcher is a shell script, and prints a message alone. These are the codes of what it reports:

| code | exit status | when |
|---|---|---|
| \`variable-not-set\` | 1 | neither \`HOME\` nor \`TOOL_HOME\` is set, so there is no home |
| \`bad-variable\` | 1 | the path of the home is not absolute |
| \`bad-value\` | 2 | the command has a name that it cannot have |
| \`package-damaged\` | 1; 70 for an answer that was cut | the package is not built, or Node's answer is incomplete |
| \`node-too-old\` | 127; 70 where it failed | Node is not on PATH, cannot be started, or failed |
| \`not-executable\` | 126; 127 where its interpreter is missing | the file of the command cannot be run |
`;

/** A cell of a table: what would end it is escaped. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '\\<');

const statusText = (code: string, { otherwise }: ErrorRow): string => (otherwise === undefined ? String(statusOf(code)) : `${statusOf(code)}; ${otherwise}`);

/** The page of all errors, docs/errors.md. */
export const errorsPage = (): string =>
  [
    INTRODUCTION,
    ...sections.map(({ title, rows }) =>
      [
        `## ${title}\n`,
        '| code | exit status | what is wrong | what to try |',
        '|---|---|---|---|',
        ...Object.entries(rows).map(([code, row]) => `| \`${code}\` | ${cell(statusText(code, row))} | ${cell(row.meaning)} | ${cell(row.remedy)} |`),
        '',
      ].join('\n'),
    ),
    LAUNCHER,
  ].join('\n');
