/**
 * The serial of an index: a number that goes up with each publication, by which homes notice that they are served an older one (decision 031). It stands at the
 * top level, in YAML at the start of a line, in JSON as `repository:index` writes it.
 */
const YAML = /^serial:[ \t]*(\d{1,15})[ \t]*$/m;
const JSON_FORM = /^ {2}"serial": (\d{1,15})(?=,?$)/m;

const formOf = (text: string): RegExp => (/^\s*\{/.test(text) ? JSON_FORM : YAML);

/** The serial that an index states; undefined where it states none. */
function serialIn(text: string): number | undefined {
  const [, digits] = formOf(text).exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

const withNumber = (text: string, serial: number): string =>
  /^\s*\{/.test(text) ? text.replace(/^\{\n/, `{\n  "serial": ${serial},\n`) : `serial: ${serial}\n${text}`;

/**
 * The text of an index that was made anew, with the serial of the one before it where nothing else has changed, or else the next one.
 * @param text without a serial
 * @param before what is there, which may be nothing
 * @param isWanted whether one is to be begun where there is none before
 */
export function withSerial(text: string, before: string, isWanted: boolean): string {
  const serial = serialIn(before);
  if (serial === undefined) return isWanted ? withNumber(text, 1) : text;
  const same = withNumber(text, serial);
  return same === before ? before : withNumber(text, serial + 1);
}

/** An index that was edited in place, with the next serial where it has one; every other byte stays. */
export function withNextSerial(text: string, before: string): string {
  const serial = serialIn(text);
  if (serial === undefined || text === before) return text;
  return text.replace(formOf(text), (line, digits: string) => line.replace(digits, String(serial + 1)));
}
