/** A bar's widest and narrowest, in columns. */
const WIDEST = 30;
const NARROWEST = 5;
/** What stands in front where there is room, as in front of a hook's output. */
const INDENT = '       ';

/**
 * How far a download is, in one line that fits: where it is narrow the bar shrinks and goes, then the indent, then the end of the label.
 * @param columns of the terminal; the last one stays free, as some go on to the next line with it
 */
export function progressLine(label: string, received: number, total: number | undefined, columns: number): string {
  const size = `${megabytes(received)}${total === undefined ? '' : ` of ${megabytes(total)}`} MB`;
  const room = columns - 1 - `${INDENT}${label} [] ${size}`.length;
  if (total === undefined || room < NARROWEST) return lineThatFits(label, size, columns);
  const width = Math.min(room, WIDEST);
  const filled = total === 0 ? width : Math.min(width, Math.floor((received / total) * width));
  return `${INDENT}${label} [${'#'.repeat(filled).padEnd(width)}] ${size}`;
}

/** A label and a short text behind it, in one line that fits. */
export function lineThatFits(label: string, text: string, columns: number): string {
  const room = columns - 1;
  const whole = `${INDENT}${label} ${text}`;
  if (whole.length <= room) return whole;
  const short = whole.slice(Math.min(INDENT.length, whole.length - room));
  if (short.length <= room) return short;
  const left = room - text.length - 2;
  return left > 0 ? `${label.slice(0, left)}~ ${text}` : text.slice(0, Math.max(0, room));
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
