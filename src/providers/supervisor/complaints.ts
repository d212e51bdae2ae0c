/** The last lines are kept. */
const KEPT = 20;

/** What an instance writes to standard error, where it may say why it ends. */
export class Complaints {
  #lines: { readonly text: string; readonly at: number }[] = [];

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  add(text: string): void {
    this.#lines.push({ text, at: performance.now() });
    if (this.#lines.length > KEPT) this.#lines.shift();
  }

  /**
   * The lines as one, behind a colon; empty where there are none.
   * @param redact takes secrets out of it
   * @param withinMs those alone that are not older
   */
  text(redact: (text: string) => string, withinMs = Number.POSITIVE_INFINITY): string {
    const from = performance.now() - withinMs;
    const texts = this.#lines.filter(({ at }) => at >= from).map(({ text }) => text);
    return texts.length === 0 ? '' : `: ${redact(texts.join(' | '))}`;
  }
}
