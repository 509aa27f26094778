//! Views for tests.

import type { PersonView, PointKind, Procedure, SeatView, Template, View } from '../protocol/generated/signal';
import type { Road } from './way';

export function person(name: string, role: PersonView['role'], more: Partial<PersonView> = {}): PersonView {
  return { id: null, name, role, present: null, identity: null, before: null, speaking: false, ...more };
}

export function seat(id: number, role: PersonView['role'], more: Partial<SeatView> = {}): SeatView {
  return {
    seat: id, point: null, point_kind: null, people: [person(`N${id}`, role)], own_screen: true, room: 'courtroom', connected: true, presence: 'here', microphone_open: true,
    muted: false, locked: false, devices: ['microphone', 'camera1'], playback_blocked: false, second_use: false, removed: false, may_speak: true, withheld: false, protected: false, speaks_on: 'floor', listens: 'floor', beside: null, continuity: null, off: [], missed: [], ...more,
  };
}

export function point(id: number, kind: PointKind, people: PersonView['role'][], more: Partial<SeatView> = {}): SeatView {
  return seat(id, people[0] ?? 'defendant', { point: `P${id}`, point_kind: kind, own_screen: false, people: people.map((role) => person(role, role)), ...more });
}

/** As of a hearing without a procedure. */
function plain(): Procedure {
  const nothing: Template = { vi: '', en: '', draft: true };
  return {
    id: '', draft: true, name: { vi: '', en: '' }, law: [], states: {}, roles: {}, phases: [], steps: [], tasks: { during: [], after: [] }, eligibility: [],
    gate: { present: [], if_planned: [], article: null },
    limits: { component_points: 3, continuity_s: 30, device_off_s: 10, observer_delay_s: 0, suspension_days: 30 },
    texts: {
      rules: nothing, declaration: nothing, suspension: nothing, postponement: nothing,
      certificate_title: nothing, certificate_complete: nothing, certificate_gaps: nothing, certificate_signature: nothing,
    },
  };
}

export function view(more: Partial<View> = {}): View {
  return {
    hearing: { id: 'h', court: 'Court', zone: 'Asia/Ho_Chi_Minh', case: '45/2026/TLST-HS', title: 'A case', starts: '2026-11-21T08:00:00+07:00', rehearsal: false },
    session: { state: 'waiting', recording: false, hold: null, in_session_since_ms: null, in_session_before_ms: 0, closed_ms: null, adjourned: null, continues: null, noted: [], fault: null, phase: null, phase_since_ms: null, past_phases: [], floor: null, floor_since_ms: null, hands: [], prompts_read: [], missing: [], layout: null },
    me: seat(1, 'presiding_judge'), seats: [], tracks: [], heard_by: [], seen_by: [], signals: [], charges: [], reports: [], acts: [], procedure: plain(), rooms: { mine: null, incoming: [], outgoing: [], may_ask: [], allowed: false, others: [], observers: 0, may_withdraw: [] },
    exhibits: { list: [], presents: false, presenters: [] }, shown: null, messages: [], tasks: [], minutes: null, ...more,
  };
}

/** Statistics, as Chromium gives them, of a transport that goes this way. */
export function over(road: Road): RTCStatsReport {
  const own = { type: 'local-candidate', candidateType: road === 'relay' ? 'relay' : 'host', protocol: road === 'tcp' ? 'tcp' : 'udp' };
  return new Map<string, object>([
    ['own', own],
    ['other', { type: 'local-candidate', candidateType: 'host', protocol: 'udp' }],
    ['pair', { type: 'candidate-pair', localCandidateId: 'own' }],
    ['second', { type: 'candidate-pair', localCandidateId: 'other' }],
    ['transport', { type: 'transport', selectedCandidatePairId: 'pair' }],
  ]) as unknown as RTCStatsReport;
}

/** A peer connection that negotiates in no time, or as a test wants it. */
export class FakePeer {
  onconnectionstatechange: (() => void) | null = null;
  connectionState: RTCPeerConnectionState = 'new';
  signalingState: RTCSignalingState = 'stable';
  localDescription: { sdp: string } | null = null;
  closed = false;
  readonly remote: string[] = [];
  readonly added: unknown[] = [];
  /** The layers that are sent, once somebody has said. */
  active: string[] | null = null;
  /** How each offer was asked for. */
  readonly offers: (RTCOfferOptions | undefined)[] = [];
  road: Road = 'udp';
  /** What the next description from the other side meets. */
  fail: string | null = null;
  gate: Promise<void> = Promise.resolve();

  constructor(readonly id: number) {}

  /** The peer connections that were made, and how to make them. */
  static all(): { made: FakePeer[]; connect: () => RTCPeerConnection } {
    const made: FakePeer[] = [];
    const connect = (): RTCPeerConnection => {
      const peer = new FakePeer(made.length + 1);
      made.push(peer);
      return peer as unknown as RTCPeerConnection;
    };
    return { made, connect };
  }

  async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    await this.gate;
    if (this.closed || this.fail !== null) throw new Error(this.fail ?? 'closed');
    this.remote.push(sdp);
    this.signalingState = 'stable';
  }

  createOffer(options?: RTCOfferOptions): Promise<{ sdp: string }> {
    this.offers.push(options);
    const nth = this.offers.length;
    return Promise.resolve({ sdp: nth === 1 ? `offer of ${this.id}` : `offer ${nth} of ${this.id}` });
  }

  getStats(): Promise<RTCStatsReport> { return Promise.resolve(over(this.road)); }

  createAnswer(): Promise<{ sdp: string }> { return Promise.resolve({ sdp: `answer of ${this.id}` }); }

  async setLocalDescription(description: { sdp: string }): Promise<void> {
    await this.gate;
    if (this.closed) throw new Error('closed');
    if (description.sdp.startsWith('offer')) this.signalingState = 'have-local-offer';
    this.localDescription = description;
  }

  addTransceiver(track: unknown): unknown {
    this.added.push(track);
    const mid = String(this.added.length - 1);
    return {
      mid,
      sender: {
        replaceTrack: () => (this.fail === null ? Promise.resolve() : Promise.reject(new Error(this.fail))),
        getParameters: () => ({ encodings: ['q', 'h', 'f'].map((rid) => ({ rid, active: true })) }),
        setParameters: ({ encodings }: { encodings: { rid: string; active: boolean }[] }) => {
          if (this.fail !== null) return Promise.reject(new Error(this.fail));
          this.active = encodings.filter(({ active }) => active).map(({ rid }) => rid);
          return Promise.resolve();
        },
      },
    };
  }

  /** As many sections as the last offer has lines that begin one; the media say whose they are. */
  getTransceivers(): unknown[] {
    const sections = (this.remote.at(-1) ?? '').split('\n').filter((line) => line.startsWith('m='));
    return sections.map((_, mid) => ({ mid: String(mid), receiver: { track: `media ${mid} of ${this.id}` } }));
  }

  becomes(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  close(): void { this.closed = true; }
}
