//! Times of the pictures that are in a buffer, as the record has them: a step goes to the next one, whatever its rate.

/** What a step is where the times are not known. */
export const USUAL_FRAME_MS = 40;
/** So far into a picture, so that rounding does not show the one before. */
const INSIDE_MS = 1;

export class FrameTimes {
  #times: number[] = [];

  /** In the order of time; what is not later than the last is left out. */
  add(times: readonly number[]): void {
    for (const time of times) if (time > (this.#times.at(-1) ?? -Infinity)) this.#times.push(time);
  }

  clear(): void {
    this.#times = [];
  }

  /** What lies before `ms` is no longer there. */
  forget(ms: number): void {
    this.#times = this.#times.slice(this.#after(ms - 1));
  }

  /** Where to stand for the picture after the one shown at `ms`, or before it; undefined if it is not here. */
  beside(ms: number, way: 1 | -1): number | undefined {
    const next = this.#after(ms);
    const at = this.#times[way === 1 ? next : next - 2];
    return at === undefined ? undefined : at + INSIDE_MS;
  }

  /** Index of the first that is later than `ms`. */
  #after(ms: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? Infinity) > ms) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
