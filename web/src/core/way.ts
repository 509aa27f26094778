//! Which way media go, and when to look for another: ICE restarts, which leave seat, tracks and keys as they are. What
//! flows goes on over the old pair until the browser has nominated a new one.

export type Road = 'udp' | 'tcp' | 'relay';

/** While media do not go over UDP, it is looked for this often, in ms. */
export const LOOK_EVERY = 60_000;
/** A transport that is not connected this long after a restart, in ms, is made anew. */
export const PATIENCE = 10_000;
/** Restarts follow each other no closer than this, in ms: signs of one change come in a bunch. */
export const APART = 3_000;

interface Entry {
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly localCandidateId?: string;
  readonly candidateType?: string;
  readonly protocol?: string;
}

/** The selected pair's way; `null` while there is none. */
export function roadOf(stats: Pick<RTCStatsReport, 'forEach'>): Road | null {
  const entries = new Map<string, Entry>();
  stats.forEach((entry: Entry, id: string) => entries.set(id, entry));
  const all = [...entries.values()];
  const named = all.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId !== undefined);
  // Firefox marks the pair itself.
  const pair = named ? entries.get(named.selectedCandidatePairId ?? '') : all.find(({ type, selected }) => type === 'candidate-pair' && selected === true);
  const own = entries.get(pair?.localCandidateId ?? '');
  if (!own) return null;
  if (own.candidateType === 'relay') return 'relay';
  return own.protocol === 'tcp' ? 'tcp' : 'udp';
}

export interface Acts {
  /** New ICE credentials for the same transport. */
  restart(): void;
  /** Another transport in its place. */
  anew(): void;
  stats(): Promise<RTCStatsReport> | null;
}

/** The way of one transport. */
export class Way {
  private state: RTCPeerConnectionState = 'new';
  /** It has been connected: a restart has something to keep. */
  private stood = false;
  private wanted = false;
  private held = false;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private look: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly acts: Acts) {}

  /** The transport's state changed. */
  moved(state: RTCPeerConnectionState): void {
    this.state = state;
    if (this.held) return;
    if (state === 'connected') {
      this.stood = true;
      clearTimeout(this.patience);
      this.patience = undefined;
      this.look ??= setInterval(() => void this.lookForUdp(), LOOK_EVERY);
    } else if (state === 'failed' && !this.stood) this.acts.anew();
    else if (state === 'disconnected' || state === 'failed') {
      this.patience ??= setTimeout(() => {
        this.stop();
        this.acts.anew();
      }, PATIENCE);
      this.restart();
    }
  }

  /** The network is another one now. */
  changed(): void {
    if (this.stood) this.restart();
  }

  /**
   * There is no link to ask over, and with the next one the transport is another: until then it is left as it is. It may find
   * its way again by itself, within the 30 s that both ends remember each other (RFC 7675), and before the link does.
   */
  hold(): void {
    this.stop();
    this.held = true;
  }

  /** The transport is over. */
  stop(): void {
    clearTimeout(this.rest);
    clearTimeout(this.patience);
    clearInterval(this.look);
    this.rest = this.patience = this.look = undefined;
    this.stood = this.wanted = this.held = false;
    this.state = 'new';
  }

  private restart(): void {
    if (this.rest !== undefined) {
      this.wanted = true;
      return;
    }
    this.rest = setTimeout(() => {
      this.rest = undefined;
      if (!this.wanted) return;
      this.wanted = false;
      this.restart();
    }, APART);
    this.acts.restart();
  }

  private async lookForUdp(): Promise<void> {
    if (this.state !== 'connected') return;
    const look = this.look;
    const stats = await Promise.resolve(this.acts.stats()).catch(() => null);
    const road = stats && roadOf(stats);
    if (this.look === look && (road === 'tcp' || road === 'relay')) this.restart();
  }
}
