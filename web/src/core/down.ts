//! The *down* transport: what this screen receives. The server offers; each media section is a leg that shows one track
//! or none, and may come to show another without renegotiation.

import type { Leg, TrackId } from '../protocol/generated/signal';
import type { Attach } from './e2ee/vault';
import { describe } from './sound';

/** `<session id>` of `o=<user> <session id> <version> ...` (RFC 8866 section 5.2): each transport of the server has its own. */
export function sessionOf(sdp: string): string {
  return /^o=\S+ (\S+)/m.exec(sdp)?.[1] ?? '';
}

export class Down {
  private connection: RTCPeerConnection | null = null;
  private session = '';
  private closed = false;
  private legs: readonly Leg[] = [];
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly onTracks: (tracks: ReadonlyMap<TrackId, MediaStreamTrack>) => void,
    private readonly onState: (state: RTCPeerConnectionState) => void,
    private readonly connect: () => RTCPeerConnection = () => new RTCPeerConnection({ bundlePolicy: 'max-bundle' }),
    /** Decrypts what arrives: attached to every receiver as it comes to be. */
    private readonly attach: Attach | null = null,
  ) {}

  /** Takes an offer, one after the other; gives the answer to send, or `null` if only the meaning of legs changed. */
  take(sdp: string | null, legs: readonly Leg[]): Promise<string | null> {
    const taken = this.work.then(() => this.negotiate(sdp, legs));
    this.work = taken.then(() => undefined, () => undefined);
    return taken;
  }

  private async negotiate(sdp: string | null, legs: readonly Leg[]): Promise<string | null> {
    let answer: string | null = null;
    if (sdp !== null) {
      const connection = this.connectionFor(sessionOf(sdp));
      await connection.setRemoteDescription({ type: 'offer', sdp });
      await describe(connection, await connection.createAnswer());
      answer = connection.localDescription?.sdp ?? null;
      if (answer === null) throw new Error('there is no answer');
    }
    if (this.closed) return null;
    this.legs = legs;
    this.onTracks(this.tracks());
    return answer;
  }

  /**
   * A peer connection goes with one transport of the server. After asking anew, an offer of the former transport may
   * still be on its way: what it began must not be gone on with.
   */
  private connectionFor(session: string): RTCPeerConnection {
    if (this.closed) throw new Error('closed');
    if (this.connection && this.session === session) return this.connection;
    this.letGo();
    const connection = this.connect();
    connection.onconnectionstatechange = () => this.onState(connection.connectionState);
    const { attach } = this;
    if (attach) connection.ontrack = ({ receiver }) => attach('receive', receiver);
    this.connection = connection;
    this.session = session;
    return connection;
  }

  stats(): Promise<RTCStatsReport> | null {
    return this.connection?.getStats() ?? null;
  }

  private tracks(): Map<TrackId, MediaStreamTrack> {
    const transceivers = this.connection?.getTransceivers() ?? [];
    const byMid = new Map(transceivers.map((transceiver) => [transceiver.mid, transceiver.receiver.track]));
    const tracks = new Map<TrackId, MediaStreamTrack>();
    for (const { mid, track } of this.legs) {
      const media = byMid.get(mid);
      if (track !== null && media) tracks.set(track, media);
    }
    return tracks;
  }

  private letGo(): void {
    if (!this.connection) return;
    this.connection.onconnectionstatechange = null;
    this.connection.close();
    this.connection = null;
  }

  close(): void {
    this.closed = true;
    this.letGo();
  }
}
