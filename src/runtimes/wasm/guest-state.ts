/** A guest while it runs: its memory, and what ended it. */
export class GuestState {
  /** Set once it is made. */
  memory: WebAssembly.Memory | undefined;
  /** Why it must end. A guest can catch what a host function throws; with this nothing that it asks of the host is done any more. */
  fault: unknown;

  /** Its memory, as it is now: it is another buffer once it has grown. @throws Error for a guest that has none */
  bytes(): Uint8Array {
    if (this.memory === undefined) throw new Error('it exports no memory, and called a function that needs one');
    return new Uint8Array(this.memory.buffer);
  }

  view(): DataView {
    const { buffer } = this.bytes();
    return new DataView(buffer);
  }

  /** Functions for a guest, each of which ends it for good when it throws. */
  guarded<F extends (...args: never[]) => unknown>(functions: Readonly<Record<string, F>>): Record<string, F> {
    const guard = (call: F): F =>
      ((...args: never[]) => {
        if (this.fault !== undefined) throw this.fault;
        try {
          return call(...args);
        } catch (error) {
          this.fault = error instanceof RangeError ? new Error('it gave the host an address that is outside its memory', { cause: error }) : error;
          throw this.fault;
        }
      }) as F;
    return Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, guard(call)]));
  }
}
