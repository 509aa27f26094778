//! What this screen sends, over all *up* transports that it comes to have.

import type { DeviceKind, Refusal } from '../protocol/generated/signal';
import { Again } from './again';
import type { Attach } from './e2ee/vault';
import { LAYERS, Up, type UpOffer } from './up';
import { Way } from './way';

export type Devices = ReadonlyMap<DeviceKind, MediaStreamTrack>;

export interface SendingEvents {
  /** Sends an offer; gives its number, or `null` if there is no link. */
  offer(offer: UpOffer): number | null;
  unpublish(devices: DeviceKind[]): void;
  state(state: RTCPeerConnectionState): void;
  /** Why the devices are not sent; `null`: another try is under way. */
  refused(refusal: Refusal | null): void;
}

/** Refusals that pass: the server was busy or hurt. */
function mayPass(refusal: Refusal): boolean {
  return refusal.code === 'media_fault' || refusal.code === 'ledger_fault' || refusal.code === 'too_often';
}

function isPlayed(device: DeviceKind): boolean {
  return device === 'played' || device === 'played_sound';
}

function same(some: readonly DeviceKind[], others: readonly DeviceKind[]): boolean {
  return some.length === others.length && some.every((device) => others.includes(device));
}

/** Whether only what is played differs, and something is sent beside it. */
function sameBut(some: readonly DeviceKind[], others: readonly DeviceKind[]): boolean {
  const [own, wanted] = [some.filter((device) => !isPlayed(device)), others.filter((device) => !isPlayed(device))];
  return own.length > 0 && same(own, wanted);
}

export class Sending {
  private devices: Devices = new Map();
  private attach: Attach | null = null;
  private up: Up | null = null;
  /** The devices changed while an answer was awaited. */
  private changing = false;
  private offered: { readonly id: number; readonly up: Up } | null = null;
  private readonly again = new Again(() => this.renew());
  private readonly way = new Way({
    restart: () => void this.restart(),
    anew: () => this.again.soon(),
    stats: () => this.stats(),
  });

  constructor(
    private readonly events: SendingEvents,
    private readonly connect?: () => RTCPeerConnection,
    private readonly layers: readonly RTCRtpEncodingParameters[] = LAYERS,
  ) {}

  /** These devices are sent from now on. */
  send(devices: Devices): void {
    this.devices = devices;
    const { up } = this;
    if (up && same(up.devices(), [...devices.keys()]) && !this.changing) {
      for (const [device, track] of devices) up.replace(device, track).catch(() => this.broke(up));
      return;
    }
    if (up && sameBut(up.devices(), [...devices.keys()])) {
      void this.change(up);
      return;
    }
    const former = up?.devices() ?? [];
    this.reset();
    if (devices.size > 0) void this.open();
    else if (former.length > 0) this.events.unpublish(former);
  }

  /** From now on what is sent is encrypted, or no longer: by another transport, so that nothing is ever sent as the other. */
  seal(attach: Attach | null): void {
    if (this.attach === attach) return;
    this.attach = attach;
    if (this.up) this.renew();
  }

  /** The connection broke: what comes next begins with `reset`. What flows may flow on until then. */
  pause(): void {
    this.again.settled();
    this.way.hold();
  }

  /** A new connection, or none any more: the transport is gone without a word. */
  reset(): void {
    this.again.stop();
    this.way.stop();
    this.up?.close();
    this.up = null;
    this.offered = null;
    this.changing = false;
  }

  /** False if the answer is for somebody else. */
  answered(id: number, sdp: string): boolean {
    if (this.offered?.id !== id) return false;
    const { up } = this.offered;
    up.answer(sdp).then(() => this.settle(up), () => this.broke(up));
    return true;
  }

  /** False if the refusal is for somebody else. */
  refused(id: number, refusal: Refusal): boolean {
    if (this.offered?.id !== id) return false;
    // What was not taken is offered anew when it may pass, or when the devices change.
    const { up } = this.offered;
    this.reset();
    this.events.refused(refusal);
    // Leave to present may have ended meanwhile: whatever else is sent goes on without what was played.
    const late = refusal.code === 'not_presenting';
    if (late) this.devices = new Map([...this.devices].filter(([device]) => !isPlayed(device)));
    if (late || mayPass(refusal) || !same(up.devices(), [...this.devices.keys()])) this.again.soon();
    return true;
  }

  /** The layers of a picture that are of use to anybody. A browser that cannot change them goes on with all. */
  use(device: DeviceKind, rids: readonly string[]): void {
    this.up?.use(device, rids).catch(() => undefined);
  }

  /** The server's transport is gone. */
  lost(): void {
    if (this.up) this.again.soon();
  }

  /** The network is another one now. */
  changed(): void {
    this.way.changed();
  }

  stats(): Promise<RTCStatsReport> | null {
    return this.up?.stats() ?? null;
  }

  private renew(): void {
    this.reset();
    if (this.devices.size > 0) void this.open();
  }

  private async open(): Promise<void> {
    const up: Up = new Up(this.devices, (state) => { if (this.up === up) this.moved(state); }, this.connect, this.attach, this.layers);
    this.up = up;
    this.events.refused(null);
    await this.offer(up, () => up.offer());
  }

  /** Offers what `made` gives, unless another transport took its place meanwhile. */
  private async offer(up: Up, made: () => Promise<UpOffer | null>): Promise<void> {
    try {
      const offer = await made();
      if (offer === null || this.up !== up) return;
      const id = this.events.offer(offer);
      if (id !== null) this.offered = { id, up };
    } catch {
      this.broke(up);
    }
  }

  /** What is played comes or goes: by another offer of the same transport, once an earlier one is answered. */
  private async change(up: Up): Promise<void> {
    this.changing = true;
    if (up.waits) return;
    this.changing = false;
    await this.offer(up, async () => {
      await up.set(this.devices);
      return up.offer();
    });
  }

  private settle(up: Up): void {
    if (this.up === up && this.changing) void this.change(up);
  }

  private async restart(): Promise<void> {
    const { up } = this;
    if (up) await this.offer(up, () => up.restart());
  }

  private broke(up: Up): void {
    if (this.up === up) this.again.soon();
  }

  private moved(state: RTCPeerConnectionState): void {
    this.events.state(state);
    if (state === 'connected') this.again.settled();
    this.way.moved(state);
  }
}
