/** A line that a plugin logged. */
export interface LoggedLine {
  /** Undefined for a line of another form: a trace of a panic, say. */
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | undefined;
  readonly text: string;
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
const isLevel = (word: unknown): word is (typeof LEVELS)[number] => LEVELS.some((level) => level === word);

/**
 * Reads a line of a plugin's standard error as go-plugin's client does (logStderr in client.go): JSON of go-hclog, `{"@level":"warn","@message":"…",…}`, whose other members stand behind the message,
 * or a text behind `[WARN]`.
 */
export function readLogLine(line: string): LoggedLine {
  const [, word = '', rest = ''] = /^\[(TRACE|DEBUG|INFO|WARN|ERROR)\]\s*(.*)$/.exec(line) ?? [];
  if (isLevel(word.toLowerCase())) return { level: word.toLowerCase() as LoggedLine['level'], text: rest };
  if (!line.startsWith('{')) return { level: undefined, text: line };
  try {
    const { '@level': level, '@message': message, '@timestamp': _, '@module': __, ...others } = JSON.parse(line) as Record<string, unknown>;
    if (!isLevel(level) || typeof message !== 'string') return { level: undefined, text: line };
    const told = Object.entries(others).map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return { level, text: `${message}${told.join('')}` };
  } catch {
    return { level: undefined, text: line };
  }
}

/** What of a line is kept that has no end. */
const LINE_BYTES = 64 << 10;

/** Cuts a stream into lines, each of 64 KiB at most. @returns what takes its chunks; without one, the stream is over */
export function linesOf(onLine: (line: string) => void): (chunk?: Uint8Array) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    if (chunk === undefined) {
      if (rest.length > 0) onLine(rest.toString());
      rest = Buffer.alloc(0);
      return;
    }
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0 || rest.length > LINE_BYTES; end = rest.indexOf(10)) {
      const stop = end >= 0 && end <= LINE_BYTES ? end : LINE_BYTES;
      onLine(rest.subarray(0, stop).toString());
      rest = rest.subarray(stop === end ? stop + 1 : stop);
    }
  };
}
