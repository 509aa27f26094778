//! The line of a played party: a WebSocket that can be cut. A cut line says nothing to either side and refuses nobody: what
//! is sent goes nowhere, and new links are never answered.

import { GIVEN_UP, type Socket } from '../link';

/** The server gives up a client of which it has heard nothing for this long, in ms. */
export const FOUND_OUT_AFTER = 15_000;

/** No way there: it neither opens nor fails. */
class Nowhere implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  send(): void { /* Nobody hears it. */ }
  close(): void { /* Nobody is told. */ }
}

export class Line {
  private isCut = false;
  private readonly ends = new Set<End>();

  constructor(private readonly open: () => Socket) {}

  connect(): Socket {
    if (this.isCut) return new Nowhere();
    const end: End = new End(this.open(), () => this.ends.delete(end));
    this.ends.add(end);
    return end;
  }

  /** From now on nothing passes. What was open the server finds dead in its time. */
  cut(): void {
    this.isCut = true;
    for (const end of this.ends) end.cut();
    this.ends.clear();
  }

  /** What is opened from now on has a way; what was cut off stays so. */
  mend(): void {
    this.isCut = false;
  }
}

/** The client's end of one WebSocket. Once cut off it stays deaf and dumb, whatever becomes of the line. */
class End implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  private off = false;

  constructor(private readonly wire: Socket, private readonly gone: () => void) {
    wire.onopen = () => { if (!this.off) this.onopen?.(); };
    wire.onmessage = (event) => { if (!this.off) this.onmessage?.(event); };
    wire.onclose = () => {
      gone();
      if (!this.off) this.onclose?.();
    };
    wire.onerror = () => { if (!this.off) this.onerror?.(); };
  }

  cut(): void {
    this.off = true;
    // A browser answers the server's pings of itself: a page's link cannot fall silent, and is given up instead.
    setTimeout(() => this.wire.close(GIVEN_UP), FOUND_OUT_AFTER);
  }

  send(text: string): void {
    if (!this.off) this.wire.send(text);
  }

  close(code?: number): void {
    if (this.off) return;
    this.gone();
    this.wire.close(code);
  }
}
