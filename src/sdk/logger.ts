import { LOG_LEVELS, type LogLevel, type LogLine } from './models.ts';

/** Writes lines of a provider's log. Texts that are secret stand in none of them. */
export interface Logger {
  trace(message: string, ...data: readonly unknown[]): void;
  debug(message: string, ...data: readonly unknown[]): void;
  info(message: string, ...data: readonly unknown[]): void;
  warn(message: string, ...data: readonly unknown[]): void;
  error(message: string, ...data: readonly unknown[]): void;
}

/** Takes what was logged; it neither fails nor waits. */
export type LogSink = (line: LogLine) => void;

/** What all lines of a process have in common. */
export interface LogSource {
  readonly service: string;
  readonly sink: LogSink;
  readonly level: LogLevel;
  /** Texts that stand in no line. */
  readonly secrets: ReadonlySet<string>;
}

const HIDDEN = '********';
let groups = 0;
let lines = 0;

/**
 * A logger for one request.
 * @param level lines below it are not written; that of the process unless the request asks for more
 */
export function loggerOf(source: LogSource, { level = source.level, isOfEvent = false }: { level?: LogLevel; isOfEvent?: boolean } = {}): Logger {
  const group = ++groups;
  const least = LOG_LEVELS.indexOf(level);
  const write = (at: LogLevel, message: string, data: readonly unknown[]): void => {
    if (LOG_LEVELS.indexOf(at) < least) return;
    source.sink({
      Group: group,
      Seq: ++lines,
      Time: new Date().toISOString(),
      Service: source.service,
      Principal: '',
      Level: at,
      File: '',
      Line: 0,
      Message: without(source.secrets, message),
      Data: data.length === 0 ? [] : data.map((one) => shown(source.secrets, one)),
      IgnorePublish: isOfEvent,
    });
  };
  return {
    trace: (message, ...data) => write('trace', message, data),
    debug: (message, ...data) => write('debug', message, data),
    info: (message, ...data) => write('info', message, data),
    warn: (message, ...data) => write('warn', message, data),
    error: (message, ...data) => write('error', message, data),
  };
}

/** A level by its name, in any case; undefined for none. */
export const levelOf = (name: string | undefined): LogLevel | undefined => LOG_LEVELS.find((level) => level === name?.toLowerCase());

const without = (secrets: ReadonlySet<string>, text: string): string => [...secrets].reduce((left, secret) => left.replaceAll(secret, HIDDEN), text);

/** Data as JSON can have it, without secrets. */
function shown(secrets: ReadonlySet<string>, value: unknown): unknown {
  try {
    const text = JSON.stringify(value instanceof Error ? { message: value.message, stack: value.stack } : value);
    const hidden = [...secrets].reduce((left, secret) => left.replaceAll(JSON.stringify(secret).slice(1, -1), HIDDEN), text ?? 'null');
    return JSON.parse(hidden);
  } catch {
    return String(value);
  }
}
