import type { EventModel } from '../../providers/models.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { cut } from '../../terminal/cut.ts';
import type { HeadedLine } from '../../terminal/line-stream.ts';
import { outputWidth } from '../../terminal/width.ts';

/** Whether a line tells of events that were dropped, and is none of them. */
export const isAnnouncement = (line: string): boolean => {
  if (!line.includes('"Type":"events","Action":"dropped"')) return false;
  const { Type, Action, Principal } = JSON.parse(line) as EventModel;
  return Type === 'events' && Action === 'dropped' && Principal === 'supervisor';
};

/** An event for people: the time of day, what it is, and what it is about, as far as there is room at a terminal. */
export function shownEvent(line: string): HeadedLine {
  const event = JSON.parse(line) as EventModel;
  const { Time, Type, Action, Key, Object: about } = event;
  const front = `${timeOfDay(Time)}  `;
  const heading = harmlessLine(`${Type}.${Action}.${Key}`);
  const room = outputWidth() - front.length;
  const rest = cut(harmlessLine(textOf(event, about)), room - heading.length - 2);
  return { front, heading: cut(heading, room), rest: rest === '' ? '' : `  ${rest}`, ...colourOf(event) };
}

/** In the time zone of whoever looks on. */
function timeOfDay(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return '--:--:--.---';
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

function textOf({ Type, Action }: EventModel, about: unknown): string {
  const fields = typeof about === 'object' && about !== null ? (about as Record<string, unknown>) : {};
  if (Type === 'events' && typeof fields.Count === 'number') return Action === 'dropped' ? `${fields.Count} events were dropped here` : `${fields.Count} lines`;
  if (Type === 'log' && typeof fields.Message === 'string') return fields.Message;
  return about === null || about === undefined ? '' : JSON.stringify(about);
}

function colourOf({ Type, Action }: EventModel): { readonly as?: 'warning' | 'error' } {
  if ((Type === 'plugins' && (Action === 'failed' || Action === 'crashed')) || (Type === 'log' && Action === 'error')) return { as: 'error' };
  return (Type === 'log' && Action === 'warn') || Type === 'events' ? { as: 'warning' } : {};
}
