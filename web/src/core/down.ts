//! The *down* transport: what this screen receives. The server offers; each media section is a leg that shows one track
//! or none, and may come to show another without renegotiation.

import type { Leg, TrackId } from '../protocol/generated/signal';

export class Down {
  private readonly connection: RTCPeerConnection;
  private legs: readonly Leg[] = [];
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly onTracks: (tracks: ReadonlyMap<TrackId, MediaStreamTrack>) => void,
    onState: (state: RTCPeerConnectionState) => void,
  ) {
    this.connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    this.connection.onconnectionstatechange = () => onState(this.connection.connectionState);
  }

  /** Takes an offer, one after the other; gives the answer to send, or `null` if only the meaning of legs changed. */
  take(sdp: string | null, legs: readonly Leg[]): Promise<string | null> {
    const taken = this.work.then(() => this.negotiate(sdp, legs));
    this.work = taken.then(() => undefined, () => undefined);
    return taken;
  }

  private async negotiate(sdp: string | null, legs: readonly Leg[]): Promise<string | null> {
    if (sdp !== null) {
      await this.connection.setRemoteDescription({ type: 'offer', sdp });
      await this.connection.setLocalDescription(await this.connection.createAnswer());
    }
    this.legs = legs;
    this.onTracks(this.tracks());
    return sdp === null ? null : (this.connection.localDescription?.sdp ?? null);
  }

  private tracks(): Map<TrackId, MediaStreamTrack> {
    const byMid = new Map(this.connection.getTransceivers().map((transceiver) => [transceiver.mid, transceiver.receiver.track]));
    const tracks = new Map<TrackId, MediaStreamTrack>();
    for (const { mid, track } of this.legs) {
      const media = byMid.get(mid);
      if (track !== null && media) tracks.set(track, media);
    }
    return tracks;
  }

  stats(): Promise<RTCStatsReport> {
    return this.connection.getStats();
  }

  close(): void {
    this.connection.onconnectionstatechange = null;
    this.connection.close();
  }
}
