//! Sound of a page: every audio element is started here, and a refusal of the browser is noticed once.

export class Playback {
  private readonly elements = new Set<HTMLMediaElement>();
  private blocked = false;

  constructor(private readonly onBlocked: (blocked: boolean) => void) {}

  /** Starts an element now and after an unblocking, until the returned function is called. */
  add(element: HTMLMediaElement): () => void {
    this.elements.add(element);
    void this.start(element);
    return () => {
      this.elements.delete(element);
      element.srcObject = null;
    };
  }

  /** After a press of the person: everything is started again. */
  async unblock(): Promise<void> {
    this.set(false);
    await Promise.all([...this.elements].map((element) => this.start(element)));
  }

  private async start(element: HTMLMediaElement): Promise<void> {
    try {
      await element.play();
    } catch (error) {
      // An element that was taken away or given another source while it started was not refused.
      if (error instanceof Error && error.name === 'NotAllowedError') this.set(true);
    }
  }

  private set(blocked: boolean): void {
    if (this.blocked === blocked) return;
    this.blocked = blocked;
    this.onBlocked(blocked);
  }
}
