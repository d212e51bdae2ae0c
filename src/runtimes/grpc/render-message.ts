/** A line of a message: as it is, or a heading. */
export type MessageLine = string | { readonly heading: string };

/** What stands in a message where the name of the bot is to stand: what is typed in front of a command (pkg/api/message_bot_name.go of Botkube). */
const BOT_NAME = '{{BotName}}';
/** Go's zero time. */
const NO_TIME = '0001-01-01T00:00:00Z';

type Members = Readonly<Record<string, unknown>>;

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {});
const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.map(membersOf) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * A message of Botkube's (pkg/api/message.go) as lines, in the order and the form in which Botkube writes it where there are no buttons (pkg/bot/interactive/plaintext.go). Code blocks and
 * tables in them stay as they are. What is to be clicked is told as the command that it is for.
 * @param message as it was sent: what has another form is passed over
 * @param brand stands for the name of the bot, so that a command can be typed as it is shown
 */
export function renderMessage(message: unknown, brand: string): MessageLine[] {
  const { type, baseBody, sections, plaintextInputs, timestamp } = membersOf(message);
  if (type === 'skipMessage') return [];
  const base = type === 'nonInteractiveEventSingleSection' ? [] : bodyLines(baseBody);
  if (type === 'baseBodyWithFilter') return named(base, brand);
  const parts = [base, ...listOf(sections).map(sectionLines), inputLines(plaintextInputs), timeLines(timestamp)];
  return named(joined(parts), brand);
}

/** Several messages of one answer, an empty line between them. */
export const renderMessages = (messages: readonly unknown[], brand: string): MessageLine[] => joined(messages.map((message) => renderMessage(message, brand)));

/** Parts with one empty line between them; those without lines are left out. */
function joined(parts: readonly (readonly MessageLine[])[]): MessageLine[] {
  const [first = [], ...others] = parts.map(withoutEdges).filter((lines) => lines.length > 0);
  return [...first, ...others.flatMap((lines) => ['', ...lines])];
}

/** Without the empty lines that it begins and ends with. */
function withoutEdges(lines: readonly MessageLine[]): readonly MessageLine[] {
  const isFull = (line: MessageLine): boolean => line !== '';
  return lines.slice(Math.max(lines.findIndex(isFull), 0), lines.findLastIndex(isFull) + 1);
}

function bodyLines(body: unknown): string[] {
  const { plaintext, codeBlock } = membersOf(body);
  return [plaintext, codeBlock].flatMap(linesIn);
}

/** A text as lines, without the line ends that it ends in. */
const linesIn = (value: unknown): string[] => {
  const text = textOf(value).replace(/\n+$/, '');
  return text === '' ? [] : text.split('\n');
};

function sectionLines(section: Members): MessageLine[] {
  const { header, description, body, textFields, bulletLists, multiSelect, selects, buttons, context, plaintextInputs } = section;
  const fields = listOf(textFields).map(({ key, value }) => ` • ${textOf(key)}: ${textOf(value)}`);
  return [
    ...headingOf(header),
    ...(fields.length > 0 ? [{ heading: 'Fields' }, ...fields, ''] : []),
    ...linesIn(description),
    ...bodyLines(body),
    ...listOf(bulletLists).flatMap(bulletLines),
    ...multiSelectLines(membersOf(multiSelect)),
    ...selectLines(membersOf(selects)),
    ...listOf(buttons).flatMap(buttonLines),
    ...inputLines(plaintextInputs),
    ...listOf(context).flatMap(({ text }) => linesIn(text)),
  ];
}

const headingOf = (value: unknown): MessageLine[] => linesIn(value).map((heading) => ({ heading }));

function bulletLines({ title, items }: Members): MessageLine[] {
  const texts = Array.isArray(items) ? items.map(textOf) : [];
  return texts.length === 0 ? [] : ['', ...headingOf(title), ...texts.map((text) => ` • ${text}`)];
}

const OPTIONS: readonly MessageLine[] = ['', { heading: 'Available options' }];

function multiSelectLines({ description, options }: Members): MessageLine[] {
  const values = listOf(options).map(({ value }) => ` • ${textOf(value)}`);
  return values.length === 0 ? [] : [...bodyLines(description), ...OPTIONS, ...values];
}

function selectLines({ items }: Members): MessageLine[] {
  const groups = listOf(items).flatMap(({ optionGroups }) => listOf(optionGroups));
  const lines = groups.flatMap(({ name, options }) => [` • ${textOf(name)}`, ...listOf(options).map(({ value }) => `    • ${textOf(value)}`)]);
  return lines.length === 0 ? [] : [...OPTIONS, ...lines];
}

function buttonLines({ name, description, descriptionStyle, command, url }: Members): MessageLine[] {
  const about = descriptionStyle === 'bold' ? headingOf(description) : [];
  if (textOf(url) !== '') return [...about, `${textOf(name)}: ${textOf(url)}`];
  return textOf(command) === '' ? about : [...about, `  • ${textOf(command)}`];
}

/** What is to be typed behind a command. */
const inputLines = (inputs: unknown): string[] =>
  listOf(inputs).flatMap(({ command, text, placeholder }) =>
    textOf(command) === '' ? [] : [`  • ${textOf(command).trim()} … (${textOf(text) || textOf(placeholder)})`],
  );

function timeLines(timestamp: unknown): string[] {
  const time = new Date(textOf(timestamp));
  return textOf(timestamp) === NO_TIME || Number.isNaN(time.getTime()) ? [] : [time.toUTCString()];
}

const named = (lines: readonly MessageLine[], brand: string): MessageLine[] =>
  lines.map((line) => (typeof line === 'string' ? line.replaceAll(BOT_NAME, brand) : { heading: line.heading.replaceAll(BOT_NAME, brand) }));
