//! Trying a media transport again: later, one try at a time, and less often the longer it does not help.

/** The first try is this much later, in ms; each further one twice as late, up to `LONGEST`. */
export const FIRST = 1000;
export const LONGEST = 8000;

export class Again {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wait = FIRST;

  constructor(private readonly what: () => void) {}

  /** Tries later; if that is planned already, once. */
  soon(): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.what();
    }, this.wait);
    this.wait = Math.min(LONGEST, this.wait * 2);
  }

  /** It is done meanwhile: a try that is planned would only undo it. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** It helped. */
  settled(): void {
    this.stop();
    this.wait = FIRST;
  }
}
