import { setImmediate as others } from 'node:timers/promises';
import { LineTooLong, lineBatches } from '../../system/line-batches.ts';
import { ApiError, type Asked, sendJson } from '../api/http.ts';
import { parsedJson } from '../definition/json-fields.ts';
import { errorModel, readEvent } from '../models.ts';
import type { EventHub } from './hub.ts';

const LINE_BYTES = 8 << 20;
/** After so many events those who are told of them have their turn. */
const AT_A_TIME = 256;

/** What came of lines that were published. */
export interface TakenLines {
  readonly published: number;
  /** The id of the last; empty where there was none. */
  readonly last: string;
}

/**
 * Publishes the events of a body, one a line, as they come; empty lines are passed over. With `?wait` it takes the next only once no subscriber is far behind.
 * @throws ApiError 400 for the first line that is no event, which it names by its number; those before it are published
 */
export const takeLines =
  (hub: EventHub) =>
  async ({ request, response, query }: Asked): Promise<void> => {
    const waits = query().has('wait');
    let [number, published, last] = [0, 0, ''];
    const bad = (why: string): ApiError => {
      // Whoever sends reads the answer when all of it, or an end, was taken.
      request.resume();
      return new ApiError(400, errorModel(400, [`line ${number} ${why}; the events before it were published: ${published}`], { type: 'POST' }));
    };
    try {
      for await (const lines of lineBatches(request.iterator({ destroyOnReturn: false }), LINE_BYTES)) {
        for (const line of lines) {
          number++;
          if (line.trim() === '') continue;
          const value = parsedJson(line);
          if (value === undefined) throw bad('is no JSON');
          const event = readEvent(value, 'owner');
          if (event === undefined) throw bad('is no event with a Type and an Action');
          const result = hub.publish(event, { from: '' });
          if ('refused' in result)
            throw result.refused === 'closed' ? new ApiError(503, errorModel(503, ['the supervisor ends'])) : bad('is nested too deeply');
          last = result.id;
          if (++published % AT_A_TIME === 0) await others();
          if (waits) await hub.untilRoom();
        }
      }
    } catch (error) {
      if (!(error instanceof LineTooLong)) throw error;
      number++;
      throw bad(`is longer than ${LINE_BYTES >> 20} MiB`);
    }
    sendJson(response, 200, { published, last } satisfies TakenLines);
  };
