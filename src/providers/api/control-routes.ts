import { type ActionRequest, listActions, runAction } from '../actions/actions.ts';
import { isJsonObject, type JsonObject } from '../definition/json-fields.ts';
import { takeLines } from '../events/take-lines.ts';
import type { Supervised } from '../supervisor/supervised.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { type Asked, type Routes, readJsonBody, sendJson } from './http.ts';

const BODY_BYTES = 16 << 20;

/** What the commands ask about, beside the supervisor. */
export interface ControlWorld {
  readonly startedAt: Date;
  /** The address of the page with its token; undefined where there is none. */
  readonly page: string | undefined;
  readonly shutDown: () => void;
}

/** What the commands ask of the supervisor, over a socket that its owner alone can open. */
export const controlRoutes = (supervisor: Supervisor, { startedAt, page, shutDown }: ControlWorld): Routes => {
  const body = async ({ request }: Asked): Promise<JsonObject> => {
    const value = await readJsonBody(request, BODY_BYTES);
    return isJsonObject(value) ? value : {};
  };
  const named = async (asked: Asked): Promise<Supervised[]> => {
    const { names } = await body(asked);
    return (Array.isArray(names) ? names : []).map((name) => supervisor.known(String(name)));
  };
  const answer = (asked: Asked, found: readonly Supervised[]): void => sendJson(asked.response, 200, { instances: found.map(({ status }) => status) });
  return {
    'GET /control/status': ({ response }) =>
      sendJson(response, 200, {
        pid: process.pid,
        startedAt: startedAt.toISOString(),
        memory: process.memoryUsage.rss(),
        endpoint: supervisor.options.endpoint ?? null,
        page: page?.replace(/#.*$/, '') ?? null,
        publishedEvents: supervisor.events.published,
        droppedEvents: supervisor.events.dropped,
        subscribers: supervisor.events.subscribers,
        nats: supervisor.nats.status,
        instances: supervisor.statuses,
      }),
    'GET /control/events': supervisor.eventStreams.answer,
    'POST /control/events': takeLines(supervisor.events),
    'GET /control/page': ({ response }) => sendJson(response, 200, { url: page ?? null }),
    'POST /control/start': async (asked) => {
      const found = await named(asked);
      await supervisor.startMany(found);
      answer(asked, found);
    },
    'POST /control/stop': async (asked) => {
      const found = await named(asked);
      await Promise.all(found.map((one) => one.stop()));
      answer(asked, found);
    },
    'POST /control/restart': async (asked) => {
      const found = await named(asked);
      await Promise.all(found.map((one) => one.restart()));
      answer(asked, found);
    },
    'POST /control/forget': async (asked) => {
      const { names } = await body(asked);
      await Promise.all((Array.isArray(names) ? names : []).map((name) => supervisor.forget(String(name))));
      answer(asked, []);
    },
    'POST /control/reload': async (asked) => {
      const { provider } = await body(asked);
      sendJson(asked.response, 200, { restarted: await supervisor.reloadProvider(String(provider)) });
    },
    'POST /control/list-actions': async (asked) => {
      const { model, id } = await body(asked);
      sendJson(asked.response, 200, await listActions(supervisor.actionWorld(), String(model ?? ''), String(id ?? '')));
    },
    'POST /control/run-action': async (asked) =>
      sendJson(asked.response, 200, await runAction(supervisor.actionWorld(), (await body(asked)) as unknown as ActionRequest)),
    'POST /control/shut-down': ({ response }) => {
      sendJson(response, 200, {});
      shutDown();
    },
  };
};
