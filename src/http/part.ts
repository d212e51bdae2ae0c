import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** What has come of a body that is to be gone on with. */
export interface Part {
  readonly bytes: number;
  /** Of the whole body, where the server said. */
  readonly total: number | undefined;
  /** A strong ETag or a date, which says that the rest belongs to it. */
  readonly validator: string;
}

/**
 * What tells one state of a body from every other (RFC 9110, 8.8): a strong ETag, or a Last-Modified that was over when the server answered.
 * A weak ETag may stand for other bytes, and a second that is not over yet may still change them.
 */
export function validatorOf({ etag, 'last-modified': modified, date }: IncomingHttpHeaders): string | undefined {
  if (etag?.startsWith('"')) return etag;
  return etag === undefined && modified !== undefined && Date.parse(date ?? '') - Date.parse(modified) >= 1000 ? modified : undefined;
}

/** Headers that ask for the rest of a body, or for all of it should it have changed. */
export const headersForRest = ({ bytes, validator }: Part): OutgoingHttpHeaders => ({ range: `bytes=${bytes}-`, 'if-range': validator });

/** The length of the whole body when a 206 is the rest of it to the last byte; undefined when it is anything else. */
export function totalOfRest(headers: IncomingHttpHeaders, { bytes, total, validator }: Part): number | undefined {
  const [, from, to, whole] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(headers['content-range'] ?? '')?.map(Number) ?? [];
  const length = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  if (from !== bytes || to === undefined || whole === undefined || to !== whole - 1) return undefined;
  if ((total !== undefined && total !== whole) || (length !== undefined && length !== whole - bytes)) return undefined;
  const said = validator.startsWith('"') ? headers.etag : headers['last-modified'];
  return said === undefined || said === validator ? whole : undefined;
}
