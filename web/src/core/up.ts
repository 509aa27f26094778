//! The *up* transport: what this screen sends. The client offers, the server answers.

import type { DeviceKind, MidDevice } from '../protocol/generated/signal';
import type { Attach } from './e2ee/vault';
import { describe, preferRedundancy } from './sound';

/** Simulcast layers of a camera: quarter, half, full (architecture section 6). Bit/s. */
export const LAYERS: readonly RTCRtpEncodingParameters[] = [
  { rid: 'q', maxBitrate: 150_000, scaleResolutionDownBy: 4 },
  { rid: 'h', maxBitrate: 500_000, scaleResolutionDownBy: 2 },
  { rid: 'f', maxBitrate: 2_500_000, scaleResolutionDownBy: 1 },
];

export interface UpOffer {
  readonly sdp: string;
  readonly tracks: MidDevice[];
  /** The frames are encrypted between the members of a private room. */
  readonly sealed: boolean;
}

/** VP8 and its retransmission: the common picture of the court (ruling 6). */
function preferVp8(transceiver: RTCRtpTransceiver): void {
  const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
  const wanted = codecs.filter(({ mimeType }) => /^video\/(vp8|rtx)$/i.test(mimeType));
  // A browser that does not let itself be told still offers VP8 among others.
  if (wanted.length > 1 && 'setCodecPreferences' in transceiver) transceiver.setCodecPreferences(wanted);
}

/**
 * One RTCPeerConnection that sends a set of devices. Another camera wants no offer, and what is played comes and goes by
 * another offer on the same transport: nobody is cut off for it. Any other set wants another transport.
 */
export class Up {
  private readonly connection: RTCPeerConnection;
  private readonly senders = new Map<DeviceKind, RTCRtpTransceiver>();
  /** Sections that carry nothing now, for the same device when it comes back. */
  private readonly resting = new Map<DeviceKind, RTCRtpTransceiver>();

  constructor(
    tracks: ReadonlyMap<DeviceKind, MediaStreamTrack>,
    onState: (state: RTCPeerConnectionState) => void,
    connect: () => RTCPeerConnection = () => new RTCPeerConnection({ bundlePolicy: 'max-bundle' }),
    /** Encrypts what is sent: attached before anything is. */
    private readonly attach: Attach | null = null,
    /** Of a picture. */
    private readonly layers: readonly RTCRtpEncodingParameters[] = LAYERS,
  ) {
    this.connection = connect();
    this.connection.onconnectionstatechange = () => onState(this.connection.connectionState);
    for (const [device, track] of tracks) this.senders.set(device, this.add(track));
  }

  private add(track: MediaStreamTrack): RTCRtpTransceiver {
    const video = track.kind === 'video';
    const transceiver = this.connection.addTransceiver(track, {
      direction: 'sendonly',
      ...(video ? { sendEncodings: this.layers.map((layer) => ({ ...layer })) } : {}),
    });
    if (video) preferVp8(transceiver);
    else preferRedundancy(transceiver);
    this.attach?.('send', transceiver.sender);
    return transceiver;
  }

  /** Sends these devices from the next offer on. */
  async set(tracks: ReadonlyMap<DeviceKind, MediaStreamTrack>): Promise<void> {
    for (const [device, transceiver] of [...this.senders].filter(([known]) => !tracks.has(known))) {
      this.senders.delete(device);
      this.resting.set(device, transceiver);
      transceiver.direction = 'inactive';
      await transceiver.sender.replaceTrack(null);
    }
    for (const [device, track] of tracks) {
      const resting = this.resting.get(device);
      if (this.senders.has(device) || resting) {
        if (resting) resting.direction = 'sendonly';
        await (resting ?? this.senders.get(device))?.sender.replaceTrack(track);
      }
      const sender = this.senders.get(device) ?? resting ?? this.add(track);
      this.resting.delete(device);
      this.senders.set(device, sender);
    }
  }

  /** Whether an answer is awaited: until then nothing is offered. */
  get waits(): boolean {
    return this.connection.signalingState !== 'stable';
  }

  devices(): DeviceKind[] {
    return [...this.senders.keys()];
  }

  offer(): Promise<UpOffer> {
    return this.describe();
  }

  /** New ICE credentials for the same transport; `null` while an answer is awaited. */
  async restart(): Promise<UpOffer | null> {
    return this.connection.signalingState === 'stable' ? this.describe({ iceRestart: true }) : null;
  }

  private async describe(options?: RTCOfferOptions): Promise<UpOffer> {
    await describe(this.connection, await this.connection.createOffer(options));
    const tracks = [...this.senders].flatMap(([device, { mid }]) => (mid === null ? [] : [{ mid, device }]));
    return { sdp: this.connection.localDescription?.sdp ?? '', tracks, sealed: this.attach !== null };
  }

  async answer(sdp: string): Promise<void> {
    if (this.connection.signalingState === 'have-local-offer') await this.connection.setRemoteDescription({ type: 'answer', sdp });
  }

  /** Only these layers of a device's picture are of use to anybody; the others are neither encoded nor sent. */
  async use(device: DeviceKind, rids: readonly string[]): Promise<void> {
    const sender = this.senders.get(device)?.sender;
    const parameters = sender?.getParameters();
    if (!sender || !parameters) return;
    for (const encoding of parameters.encodings) encoding.active = encoding.rid === undefined || rids.includes(encoding.rid);
    await sender.setParameters(parameters);
  }

  /** The same device kind from another camera or microphone: no renegotiation. */
  async replace(device: DeviceKind, track: MediaStreamTrack | null): Promise<void> {
    await this.senders.get(device)?.sender.replaceTrack(track);
  }

  stats(): Promise<RTCStatsReport> {
    return this.connection.getStats();
  }

  close(): void {
    this.connection.onconnectionstatechange = null;
    this.connection.close();
  }
}
