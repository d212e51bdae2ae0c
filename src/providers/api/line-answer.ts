import type { ServerResponse } from 'node:http';

/** How often an empty line says that the connection is well. */
const BEAT_MS = 15_000;

/** An answer without an end, of lines of JSON: what its reader has not taken yet is not written behind. */
export class LineAnswer {
  readonly #response: ServerResponse;
  readonly #beatMs: number;
  #goOn: (() => void) | undefined;

  constructor(response: ServerResponse, beatMs = BEAT_MS) {
    this.#response = response;
    this.#beatMs = beatMs;
  }

  /** Begins it. @param onEnd called once, when whoever reads it has gone */
  begin(onEnd: () => void): void {
    const onRoom = (): void => {
      this.#goOn?.();
      this.#goOn = undefined;
    };
    const beat = setInterval(() => this.#beat(), this.#beatMs);
    this.#response.on('error', () => {});
    this.#response.on('drain', onRoom);
    this.#response.once('close', () => {
      clearInterval(beat);
      onRoom();
      onEnd();
    });
    this.#response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    this.#response.flushHeaders();
  }

  /** Writes text; done when there is room for more, or nobody reads any more. */
  write(text: string): Promise<void> {
    if (this.#response.closed || this.#response.writableEnded || this.#response.write(text)) return Promise.resolve();
    return new Promise((done) => {
      this.#goOn = done;
    });
  }

  /** Ends it; done when it is on its way. */
  end(): Promise<void> {
    return new Promise((done) => {
      this.#response.on('close', done);
      this.#response.end(done);
    });
  }

  #beat(): void {
    if (this.#goOn === undefined) this.#response.write('\n');
  }
}
