//! Sound of a page: every audio element is started here, and whether the browser refuses to play is told when it changes.

export class Playback {
  private readonly elements = new Set<HTMLMediaElement>();
  /** Those of them that the browser refused and that have not played since. */
  private readonly refused = new Set<HTMLMediaElement>();
  private blocked = false;
  /** How many ask for silence. */
  private hushes = 0;

  constructor(private readonly onBlocked: (blocked: boolean) => void) {}

  /** Starts an element now and after an unblocking, until the returned function is called. */
  add(element: HTMLMediaElement): () => void {
    this.elements.add(element);
    element.muted = this.hushes > 0;
    void this.start(element);
    return () => {
      this.elements.delete(element);
      // That a refused voice is gone does not mean that the next one will play: only playing tells.
      this.refused.delete(element);
      element.srcObject = null;
    };
  }

  /** Silence here, while something else is listened to, until the returned function is called. */
  hush(): () => void {
    this.quiet(1);
    return () => { this.quiet(-1); };
  }

  private quiet(by: 1 | -1): void {
    this.hushes += by;
    for (const element of this.elements) element.muted = this.hushes > 0;
  }

  /** After a press of the person: everything is started again. */
  async unblock(): Promise<void> {
    // With nothing to play the press itself is what the browser asks for; were it not, the next voice tells.
    if (this.elements.size === 0) this.set(false);
    await Promise.all([...this.elements].map((element) => this.start(element)));
  }

  private async start(element: HTMLMediaElement): Promise<void> {
    try {
      await element.play();
      this.refused.delete(element);
      if (this.refused.size === 0 && this.elements.has(element)) this.set(false);
    } catch (error) {
      // An element that was taken away or given another source while it started was not refused.
      if (!(error instanceof Error) || error.name !== 'NotAllowedError' || !this.elements.has(element)) return;
      this.refused.add(element);
      this.set(true);
    }
  }

  private set(blocked: boolean): void {
    if (this.blocked === blocked) return;
    this.blocked = blocked;
    this.onBlocked(blocked);
  }
}
