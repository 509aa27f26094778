//! What this screen receives, over all *down* transports that it comes to have: whatever breaks one, another is asked for.

import type { Leg, Refusal, TrackId } from '../protocol/generated/signal';
import { Again } from './again';
import type { Attach } from './e2ee/vault';
import { Down } from './down';
import { Way } from './way';

export interface ReceivingEvents {
  /** Asks the server for a new transport; `sealed`: what arrives there is decrypted. */
  receive(sealed: boolean): void;
  /** Asks the server for new ICE credentials of the same transport. */
  restart(): void;
  answer(offer: number, sdp: string): void;
  tracks(tracks: ReadonlyMap<TrackId, MediaStreamTrack>): void;
  state(state: RTCPeerConnectionState): void;
}

/** Refusals of what has no number of its own that are about receiving: of `receive` or of an answer. */
function isAboutReceiving(refusal: Refusal): boolean {
  return refusal.code === 'bad_sdp' || refusal.code === 'media_fault' || refusal.code === 'ledger_fault';
}

export class Receiving {
  private down: Down | null = null;
  private attach: Attach | null = null;
  private readonly again = new Again(() => this.open());
  private readonly way = new Way({
    restart: () => this.events.restart(),
    anew: () => this.again.soon(),
    stats: () => this.stats(),
  });

  constructor(
    private readonly events: ReceivingEvents,
    private readonly connect?: () => RTCPeerConnection,
  ) {}

  /** Asks for a transport of this connection's; a former one is over. */
  open(): void {
    this.again.stop();
    this.way.stop();
    this.down?.close();
    const down: Down = new Down(
      (tracks) => { if (this.down === down) this.events.tracks(tracks); },
      (state) => { if (this.down === down) this.moved(state); },
      this.connect,
      this.attach,
    );
    this.down = down;
    this.events.receive(this.attach !== null);
  }

  /** Of the transport that there is now. */
  stats(): Promise<RTCStatsReport> | null {
    return this.down?.stats() ?? null;
  }

  /** From now on what arrives is decrypted, or no longer: on another transport. */
  seal(attach: Attach | null): void {
    if (this.attach === attach) return;
    this.attach = attach;
    if (this.down) this.open();
  }

  /** The connection broke: what comes next begins with `open`. What flows may flow on until then. */
  pause(): void {
    this.again.settled();
    this.way.hold();
  }

  /** The network is another one now. */
  changed(): void {
    this.way.changed();
  }

  async take(offer: number, sdp: string | null, legs: readonly Leg[]): Promise<void> {
    const { down } = this;
    if (!down) return;
    try {
      const answer = await down.take(sdp, legs);
      if (answer !== null && this.down === down) this.events.answer(offer, answer);
    } catch {
      // An offer this browser cannot take: a new transport starts without history.
      if (this.down === down) this.again.soon();
    }
  }

  /** The server's transport is gone. */
  lost(): void {
    if (this.down) this.again.soon();
  }

  /** Something without a number was refused. Without another try an offer would wait for its answer for ever. */
  refused(refusal: Refusal): void {
    if (this.down && isAboutReceiving(refusal)) this.again.soon();
  }

  close(): void {
    this.again.stop();
    this.way.stop();
    this.down?.close();
    this.down = null;
  }

  private moved(state: RTCPeerConnectionState): void {
    this.events.state(state);
    if (state === 'connected') this.again.settled();
    this.way.moved(state);
  }
}
