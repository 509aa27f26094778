//! A party of a rehearsal as the console plays it: its seat, its picture and voice, and what is amiss with it by command.

import { signal } from '@preact/signals';
import type { DeviceKind, Refusal, SessionState, View } from '../protocol/generated/signal';
import type { JoinAnswer } from '../core/api';
import type { Outcome } from '../core/commands';
import { Figure, type Face } from '../core/rehearsal/figure';
import type { Key, LinkState } from '../core/link';
import { Visit } from '../core/rehearsal/visit';
import { Voice } from '../core/rehearsal/voice';
import { SeatKey } from '../core/seatkey';
import { signalSocket } from './session';

export const FAULTS = ['line', 'power', 'stranger', 'silent', 'dark'] as const;
export type Fault = (typeof FAULTS)[number];

export type Playing = 'out' | 'joining' | 'waiting' | 'in' | 'line' | 'power' | 'ended';

/** After a power cut the server may not have found the old link dead yet: tried again this often, in ms. */
const AGAIN_AFTER = 3000;

export interface Casting {
  /** Tells its voice from others. */
  readonly nth: number;
  /** Names it in this tab. */
  readonly scope: string;
  /** In, with nothing kept from before. */
  join(): Promise<JoinAnswer>;
  /** What is drawn of it now; `stranger`: of somebody else. */
  face(is: { stranger: boolean }): Omit<Face, 'dark' | 'speaks'>;
}

export class Played {
  readonly view = signal<View | null>(null);
  /** Of the session, as it was told last. */
  readonly state = signal<SessionState | null>(null);
  readonly link = signal<LinkState | null>(null);
  readonly faults = signal<ReadonlySet<Fault>>(new Set());
  readonly speaks = signal(false);
  /** Its picture, while it is there. */
  readonly figure = signal<Figure | null>(null);
  /** Why it is not in, or its picture is not taken: of the interface, or of the link. */
  readonly failed = signal<unknown>(null);
  readonly refused = signal<Refusal | null>(null);
  private voice: Voice | null = null;
  private visit: Visit | null = null;
  private joining = false;
  private readonly key: SeatKey;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly casting: Casting) {
    this.key = new SeatKey(casting.scope, sessionStorage);
  }

  at(): Playing {
    if (this.faults.value.has('power')) return 'power';
    if (this.faults.value.has('line')) return 'line';
    const link = this.link.value;
    if (link === null) return 'out';
    if (link.at === 'ended') return 'ended';
    const view = this.view.value;
    if (link.at !== 'open' || view === null) return 'joining';
    return view.me.room === 'courtroom' ? 'in' : 'waiting';
  }

  async enter(): Promise<void> {
    if (this.visit || this.joining) return;
    this.joining = true;
    clearTimeout(this.retry);
    this.failed.value = this.refused.value = null;
    try {
      this.begin(await this.way());
    } catch (error) {
      this.failed.value = error;
    } finally {
      this.joining = false;
    }
  }

  /** Goes with a good-bye. */
  leave(): void {
    clearTimeout(this.retry);
    this.visit?.leave();
    this.end();
    this.link.value = null;
    this.faults.value = new Set();
  }

  speak(speaks: boolean): void {
    const me = this.view.peek()?.me;
    if (speaks && me && !me.microphone_open && !me.muted && !me.locked) void this.visit?.command({ type: 'set_microphone', open: true });
    this.speaks.value = speaks;
    this.sound();
  }

  command(command: Parameters<Visit['command']>[0]): Promise<Outcome> {
    return this.visit?.command(command) ?? Promise.resolve({ ok: false, refusal: null });
  }

  /** Something goes wrong by command, or is as it should be again. */
  fault(fault: Fault, is: boolean): void {
    const faults = new Set(this.faults.peek());
    if (is) faults.add(fault);
    else faults.delete(fault);
    this.faults.value = faults;
    if (fault === 'line' && is) this.visit?.cut();
    if (fault === 'line' && !is) this.visit?.mend();
    if (fault === 'power' && is) this.powerCut();
    if (fault === 'power' && !is) void this.enter();
    this.sound();
  }

  private async way(): Promise<Key> {
    const kept = this.key.read();
    return kept ? { token: kept.token } : { ticket: (await this.casting.join()).ticket };
  }

  private begin(key: Key): void {
    const { casting } = this;
    const figure = new Figure(() => {
      const faults = this.faults.peek();
      return { ...casting.face({ stranger: faults.has('stranger') }), dark: faults.has('dark'), speaks: this.speaks.peek() };
    });
    this.voice = new Voice(casting.nth);
    this.figure.value = figure;
    const devices = new Map<DeviceKind, MediaStreamTrack>([['microphone', this.voice.track], ['camera1', figure.track]]);
    const visit: Visit = new Visit(key, devices, signalSocket, {
      view: (view) => { if (this.visit === visit) this.told(view); },
      link: (state) => { if (this.visit === visit) this.moved(state); },
      token: (token) => { if (this.visit === visit) this.key.keep({ hearing: '', token }); },
      refused: (refusal) => { if (this.visit === visit) this.refused.value = refusal; },
    });
    this.visit = visit;
    visit.start();
    this.sound();
  }

  private told(view: View): void {
    this.view.value = view;
    this.state.value = view.session.state;
  }

  private moved(state: LinkState): void {
    this.link.value = state;
    if (state.at !== 'ended') return;
    this.end();
    const why = state.refusal;
    this.refused.value = why;
    if (why?.code === 'seat_taken') this.retry = setTimeout(() => void this.enter(), AGAIN_AFTER);
    // What was kept in this tab is too old: in as for the first time.
    if (why?.code === 'bad_resume' && this.key.read()) {
      this.key.forget();
      void this.enter();
    }
  }

  /** Everything goes at once, and nothing is remembered. */
  private powerCut(): void {
    clearTimeout(this.retry);
    this.visit?.cut();
    this.visit?.leave();
    this.end();
    this.link.value = null;
    this.key.forget();
    const faults = new Set(this.faults.peek());
    faults.delete('line');
    this.faults.value = faults;
  }

  private end(): void {
    this.visit = null;
    this.view.value = null;
    this.speaks.value = false;
    this.figure.value?.stop();
    this.figure.value = null;
    this.voice?.stop();
    this.voice = null;
  }

  private sound(): void {
    this.voice?.speak(this.speaks.peek() && !this.faults.peek().has('silent'));
  }
}
