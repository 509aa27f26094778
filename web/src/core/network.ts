//! A verdict on the line from what was measured on the real way: the signalling link and this screen's own transport.

export interface Measured {
  /** Signalling is open. */
  readonly signal: boolean;
  /** Round trip of signalling in ms, if known. */
  readonly trip: number | null;
  /** State of the transport that sends this screen's devices; `null` if it sends nothing. */
  readonly media: RTCPeerConnectionState | null;
  /** Milliseconds since the test began. */
  readonly since: number;
  /** Round trip of media in ms, what can be sent in bit/s, share lost over [0, 1]; `null` while unknown. */
  readonly mediaTrip: number | null;
  readonly available: number | null;
  readonly lost: number | null;
}

export type Verdict = 'testing' | 'untried' | 'good' | 'fair' | 'weak' | 'signal_only' | 'none';

/** How long media may take to connect, in ms, before it is said not to. */
export const PATIENCE = 10_000;
/** The estimate of a fresh transport grows for some seconds: below this age, in ms, a low one says nothing. */
const SETTLED = 6_000;

export function verdict(m: Measured): Verdict {
  if (!m.signal) return m.since > PATIENCE ? 'none' : 'testing';
  if (m.media !== null && m.media !== 'connected') return m.media === 'failed' || m.since > PATIENCE ? 'signal_only' : 'testing';
  const trip = m.mediaTrip ?? m.trip;
  if (trip === null) return 'testing';
  if (m.media === null) return 'untried';
  const narrow = m.available !== null && m.since > SETTLED ? m.available : Infinity;
  const lost = m.lost ?? 0;
  if (trip > 400 || lost > 0.05 || narrow < 300_000) return 'weak';
  return trip > 150 || lost > 0.01 || narrow < 1_000_000 ? 'fair' : 'good';
}

/** What of a report is used. */
interface Entry {
  readonly type: string;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly currentRoundTripTime?: number;
  readonly availableOutgoingBitrate?: number;
  readonly fractionLost?: number;
}

export function measured(report: Iterable<Entry>): Pick<Measured, 'mediaTrip' | 'available' | 'lost'> {
  let mediaTrip: number | null = null;
  let available: number | null = null;
  let lost: number | null = null;
  for (const entry of report) {
    if (entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded') {
      mediaTrip = entry.currentRoundTripTime === undefined ? mediaTrip : entry.currentRoundTripTime * 1000;
      available = entry.availableOutgoingBitrate ?? available;
    }
    if (entry.type === 'remote-inbound-rtp' && entry.fractionLost !== undefined) lost = Math.max(lost ?? 0, entry.fractionLost);
  }
  return { mediaTrip, available, lost };
}
