//! What this screen really shows and plays, told to the server every two seconds: half of the continuity meter.

import type { TrackId } from '../protocol/generated/signal';

/** Between two messages, in ms. */
const EVERY = 2_000;

/** Of one track, counted from the beginning. */
interface Count {
  readonly pictures: number;
  readonly samples: number;
  readonly concealed: number;
}

type Inbound = RTCInboundRtpStreamStats & { framesDecoded?: number; totalSamplesReceived?: number; concealedSamples?: number };

function counts(report: RTCStatsReport): Map<string, Count> {
  const found = new Map<string, Count>();
  report.forEach((stats: { type: string }) => {
    if (stats.type !== 'inbound-rtp') return;
    const { trackIdentifier, framesDecoded, totalSamplesReceived, concealedSamples } = stats as Inbound;
    found.set(trackIdentifier, { pictures: framesDecoded ?? 0, samples: totalSamplesReceived ?? 0, concealed: concealedSamples ?? 0 });
  });
  return found;
}

/** A picture that moved, or sound of which more than half was not concealed. */
function perceived(before: Count | undefined, now: Count): boolean {
  if (now.pictures > (before?.pictures ?? 0)) return true;
  const samples = now.samples - (before?.samples ?? 0);
  const concealed = now.concealed - (before?.concealed ?? 0);
  return samples > 0 && concealed * 2 < samples;
}

export interface PerceivingEvents {
  stats(): Promise<RTCStatsReport> | null;
  tracks(): ReadonlyMap<TrackId, MediaStreamTrack>;
  tell(tracks: TrackId[], hidden: boolean): void;
  hidden(): boolean;
}

export class Perceiving {
  private timer: ReturnType<typeof setInterval> | null = null;
  private before: ReadonlyMap<string, Count> = new Map();

  constructor(private readonly events: PerceivingEvents) {}

  start(): void {
    this.timer ??= setInterval(() => void this.look(), EVERY);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.before = new Map();
  }

  /** A screen that nobody looks at lets its pictures rest, and says nothing of what it perceives. */
  async look(): Promise<void> {
    if (this.events.hidden()) {
      this.events.tell([], true);
      return;
    }
    const report = await this.events.stats()?.catch(() => null);
    if (this.timer === null) return;
    const now = report ? counts(report) : new Map<string, Count>();
    const tracks: TrackId[] = [];
    for (const [track, media] of this.events.tracks()) {
      const count = now.get(media.id);
      if (count && perceived(this.before.get(media.id), count)) tracks.push(track);
    }
    this.before = now;
    this.events.tell(tracks, false);
  }
}
