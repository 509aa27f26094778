//! The one clock of a player: hearing time, which runs, waits or stands. Everything else follows it.

export class MasterClock {
  readonly #now: () => number;
  readonly #endMs: number;
  #anchorMs = 0;
  #startedAt: number | undefined;
  #rate = 1;

  /** `now`: milliseconds that never go back. */
  constructor(now: () => number, endMs: number) {
    this.#now = now;
    this.#endMs = endMs;
  }

  get running(): boolean {
    return this.#startedAt !== undefined;
  }

  get rate(): number {
    return this.#rate;
  }

  position(): number {
    const ran = this.#startedAt === undefined ? 0 : (this.#now() - this.#startedAt) * this.#rate;
    return Math.min(this.#endMs, Math.max(0, this.#anchorMs + ran));
  }

  start(): void {
    if (this.#startedAt === undefined) this.#startedAt = this.#now();
  }

  stop(): void {
    this.#anchorMs = this.position();
    this.#startedAt = undefined;
  }

  seek(ms: number): void {
    this.#anchorMs = Math.min(this.#endMs, Math.max(0, ms));
    if (this.#startedAt !== undefined) this.#startedAt = this.#now();
  }

  setRate(rate: number): void {
    this.seek(this.position());
    this.#rate = rate;
  }
}
