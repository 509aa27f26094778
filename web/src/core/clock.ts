//! The server's clock, measured over the signalling link: of the last samples the one with the shortest round trip is
//! believed, since its error is at most half of it.

const KEPT = 8;

export interface Sample {
  /** Client's monotonic time when the ping left, in ms. */
  readonly sent: number;
  /** Client's monotonic time when the pong came, in ms. */
  readonly received: number;
  /** Server's UTC in between, in ms. */
  readonly server: number;
}

export class ServerClock {
  private samples: Sample[] = [];

  add(sample: Sample): void {
    if (!(sample.received >= sample.sent)) return;
    this.samples = [...this.samples.slice(1 - KEPT), sample];
  }

  /** A first estimate from a message that carries the server's time: late by the way here, and so given up at the first pong. */
  hint(serverMs: number, now: number): void {
    if (this.samples.length === 0) this.samples = [{ sent: now - 1000, received: now, server: serverMs - 500 }];
  }

  /** After a reconnection the server may be another, or its clock may have been set. */
  forget(): void {
    this.samples = [];
  }

  private best(): Sample | undefined {
    return this.samples.reduce<Sample | undefined>((best, one) => (!best || trip(one) < trip(best) ? one : best), undefined);
  }

  /** Server's UTC minus the client's monotonic time, in ms; `null` while unknown. */
  offset(): number | null {
    const best = this.best();
    return best ? best.server - (best.sent + trip(best) / 2) : null;
  }

  /** Shortest round trip of the last samples in ms; `null` before the first pong. */
  roundTrip(): number | null {
    const best = this.best();
    return best ? trip(best) : null;
  }

  /** Server's UTC in ms at the client's monotonic time `now`; `null` while unknown. */
  now(now: number): number | null {
    const offset = this.offset();
    return offset === null ? null : now + offset;
  }
}

function trip(sample: Sample): number {
  return sample.received - sample.sent;
}
