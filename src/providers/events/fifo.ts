/** How many places at the front may be empty before the rest moves up. */
const MOST_EMPTY = 1024;

/** First in, first out, in constant time however many wait. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the oldest; undefined where there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined;
    if (this.#first === this.#items.length) [this.#items, this.#first] = [[], 0];
    else if (this.#first > MOST_EMPTY && this.#first > this.#items.length / 2) [this.#items, this.#first] = [this.#items.slice(this.#first), 0];
    return item;
  }
}
