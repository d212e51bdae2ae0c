import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { calendar } from '../catalogue/versions/calendar.ts';
import { type Answered, isKnown, type ListenOptions, type Reading, type Serving, sendText, serveForReading } from '../http/local-server.ts';
import { installerVersions, type ServedVersions } from './served-versions.ts';

/** How versions are served. */
export interface VersionsServerOptions extends ListenOptions {
  readonly versions: ServedVersions;
  /** The version of the host that is meant where none is asked for. */
  readonly hostVersion: string;
  readonly onRequest: (request: Answered) => void;
  /** Told of what could not be answered. */
  readonly onProblem: (line: string) => void;
}

/**
 * Serves the versions of add-ons over HTTP, as kURL's API does: `/installer`, and `/installer/version/VERSION` for another version of the host
 * (contract registry §2.4). Answers have an ETag.
 * @throws UserError where the port cannot be had
 */
export function serveVersions(options: VersionsServerOptions): Promise<Serving> {
  return serveForReading({
    ...options,
    readable: 'versions',
    answer: (reading, response) => answer(options, reading, response),
    onFailure: (text) => {
      options.onProblem(text);
      // Of a release of the host that there is not, its server has no file.
      return /answered 40[34]\b/.test(text) ? 404 : 500;
    },
  });
}

async function answer({ versions, hostVersion }: VersionsServerOptions, { request, method, path }: Reading, response: ServerResponse): Promise<number> {
  const [, asked] = /^\/installer(?:\/version\/([^/]+))?\/?$/.exec(path) ?? [undefined, null];
  if (asked === null) return sendText(response, 404, 'there are /installer and /installer/version/VERSION\n');
  const wanted = asked ?? hostVersion;
  if (!calendar.isVersion(wanted)) return sendText(response, 400, 'the version of the host is written like v2022.10.05-0\n');
  const text = `${JSON.stringify(installerVersions(await versions.for(wanted)))}\n`;
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
  response.setHeader('etag', etag);
  response.setHeader('cache-control', 'no-cache');
  const known = request.headers['if-none-match'];
  if (known === undefined || !isKnown(known, etag)) return sendText(response, 200, text, 'application/json', method);
  response.writeHead(304).end();
  return 0;
}
