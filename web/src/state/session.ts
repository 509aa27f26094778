//! A seat in a hearing as a page sees it: link, view and media together. Framework-free parts are the core's; here they
//! become signals.

import { effect, signal, type Signal } from '@preact/signals';
import type { Command, DeviceKind, HearingId, Refusal, SeatId, SeatLine, ServerMessage, TrackId, View } from '../protocol/generated/signal';
import { api, type JoinAnswer } from '../core/api';
import { Commands, type Outcome } from '../core/commands';
import { configuration, port, way as sealingWay } from '../core/e2ee/port';
import { Vault, type Attach } from '../core/e2ee/vault';
import { exhibit, handIn, type Receipt } from '../core/exhibits';
import { keepReading, news, type News } from '../core/minutes';
import { absences, rangesOf, type Absences } from '../core/missed';
import type { FetchRange } from '../core/player/source';
import { pack, type Pack } from '../core/suspension';
import { lostSince } from '../core/known';
import { handOut } from '../core/incoming';
import { isObserver } from '../core/layout';
import { RecordedVoice, type Listening } from '../core/listening';
import { Link, SUBPROTOCOL, type Key, type LinkState, type Socket } from '../core/link';
import { NetworkChange } from '../core/networkchange';
import { Perceiving } from '../core/perceiving';
import { Playback } from '../core/playback';
import type { Recorder } from '../core/recording';
import { Receiving } from '../core/receiving';
import { Relays } from '../core/relays';
import { HeldSeats, SeatKey } from '../core/seatkey';
import { Sending } from '../core/sending';
import { Tiles } from '../core/tiles';
import { follow as followed } from '../core/view';
import { local } from './local';

/** How a page comes to its seat. */
export type Way =
  /** By the answer of a join (a code was typed), or by what is kept of it in this tab. */
  | { readonly by: 'answer'; readonly answer: JoinAnswer | null }
  /** As staff. */
  | { readonly by: 'hearing'; readonly hearing: HearingId }
  /** As an enrolled device. */
  | { readonly by: 'device'; readonly device: string };

/** What this screen did not hear and see: UTC milliseconds of the server's clock. */
export interface Absence {
  readonly from: number;
  readonly to: number;
}

function scopeOf(way: Way): string {
  if (way.by === 'hearing') return `hearing.${way.hearing}`;
  return way.by === 'device' ? 'point' : 'party';
}

/** A WebSocket to the server, as the link uses it. */
export function signalSocket(): Socket {
  const url = new URL('/api/v1/signal', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(url, SUBPROTOCOL) as unknown as Socket;
}

export class Session {
  readonly view = signal<View | null>(null);
  readonly link = signal<LinkState>({ at: 'connecting' });
  /** Seats heard now, loudest first. */
  readonly levels = signal<readonly SeatId[]>([]);
  /** Pictures that stand still because this line, or the server, has no room for them. */
  readonly narrow = signal<readonly TrackId[]>([]);
  readonly recorder = signal<Recorder | null>(null);
  /** How the seats' lines are: the clerk is told. */
  readonly lines = signal<readonly SeatLine[]>([]);
  /** When each seat was heard last, UTC ms. */
  readonly heardAt = signal<ReadonlyMap<SeatId, number>>(new Map());
  /** Since when this screen is told, UTC ms. */
  readonly toldSince = signal(0);
  /** Media that arrives, by track. */
  readonly media = signal<ReadonlyMap<TrackId, MediaStreamTrack>>(new Map());
  /** The browser refused to play sound until the person presses something. */
  readonly soundBlocked = signal(false);
  /** What this screen plays of an exhibit, sent beside its own devices. */
  readonly played = signal<ReadonlyMap<DeviceKind, MediaStreamTrack>>(new Map());
  /** State of the transports, for verdicts and notices. */
  readonly upState = signal<RTCPeerConnectionState>('new');
  readonly downState = signal<RTCPeerConnectionState>('new');
  /** Why this screen's devices could not be sent, if so. */
  readonly sendRefused = signal<Refusal | null>(null);
  /** The last absence from the courtroom, until the page dismisses it. */
  readonly absence = signal<Absence | null>(null);
  /** The code of those in the private room, to compare by voice; `null` while there is none. */
  readonly code = signal<string | null>(null);
  /** Joining failed before there was a link: the error of the interface. */
  readonly joinError = signal<unknown>(null);

  readonly playback = new Playback((blocked) => this.blocked(blocked));
  readonly tiles = new Tiles((tiles) => this.wire?.send({ type: 'tiles', tiles }) ?? false);
  private readonly commands = new Commands();
  private readonly key: SeatKey;
  private wire: Link | null = null;
  private readonly relays = new Relays();
  private readonly sending = new Sending({
    offer: (offer) => {
      const id = this.commands.mint();
      return this.wire?.send({ type: 'up_offer', id, ...offer }) ? id : null;
    },
    unpublish: (devices) => void this.command({ type: 'unpublish', devices }),
    state: (state) => this.mediaState(this.upState, state),
    refused: (refusal) => { this.sendRefused.value = refusal; },
  }, () => this.connect());
  private readonly receiving = new Receiving({
    receive: (sealed) => {
      this.wire?.send({ type: 'receive', sealed });
      // The new transport knows no heights.
      this.tiles.again();
    },
    restart: () => void this.wire?.send({ type: 'restart_down' }),
    answer: (offer, sdp) => void this.wire?.send({ type: 'down_answer', offer, sdp }),
    tracks: (tracks) => { this.media.value = tracks; },
    state: (state) => this.mediaState(this.downState, state),
  }, () => this.connect());
  private readonly parts = { commands: this.commands, sending: this.sending, receiving: this.receiving, relays: this.relays };
  private readonly perceiving = new Perceiving({
    stats: () => this.receiving.stats(),
    tracks: () => this.media.peek(),
    tell: (tracks, hidden) => void (this.link.peek().at === 'open' && this.wire?.send({ type: 'perceived', tracks, hidden })),
    hidden: () => document.visibilityState === 'hidden',
  });
  private readonly vault = new Vault(port(), {
    announce: (key) => void this.command({ type: 'set_encryption', key, sends: false }),
    pass: (to, data) => void this.wire?.send({ type: 'sealed', to, data }),
    code: (code) => { this.code.value = code; },
  });
  private readonly attach: Attach = (direction, part) => this.vault.attach(direction, part);
  private readonly network = new NetworkChange(() => {
    this.sending.changed();
    this.receiving.changed();
  });
  /** What flows here now is encrypted between the members of a private room. */
  private encrypts = false;
  private readonly publishes = signal(false);
  private receives = false;
  private lostAt: number | null = null;
  private hearing = '';
  private token = '';
  private stopFollowing: () => void = () => undefined;

  constructor(private readonly way: Way) {
    this.key = new SeatKey(scopeOf(way), way.by === 'device' ? localStorage : sessionStorage);
  }

  /** Whether an account of the court's staff sits here. */
  get staff(): boolean {
    return this.way.by === 'hearing';
  }

  /** Joins, or returns to the seat that is kept. */
  async start(): Promise<void> {
    addEventListener('online', this.hurry);
    this.network.start();
    this.follow();
    document.addEventListener('visibilitychange', this.hurry);
    try {
      const key = await this.firstKey();
      if (!key) {
        this.link.value = { at: 'ended', refusal: { code: 'bad_resume' } };
        return;
      }
      this.wire = new Link(key, { connect: signalSocket, now: () => performance.now(), random: Math.random, online: () => navigator.onLine }, {
        state: (state) => this.linkState(state),
        message: (message) => this.take(message),
        token: (token) => this.keep(token),
        rekey: () => this.rekey(),
      });
      this.wire.start();
    } catch (error) {
      this.joinError.value = error;
    }
  }

  /** Leaves the seat for good: the page is left on purpose. */
  leave(): void {
    removeEventListener('online', this.hurry);
    this.network.stop();
    document.removeEventListener('visibilitychange', this.hurry);
    this.stopFollowing();
    this.perceiving.stop();
    this.wire?.leave();
    this.dropMedia();
  }

  /** Forgets the way back: the hearing is over, or another code is to be typed. */
  forget(): void {
    const kept = this.key.read();
    if (kept && this.way.by === 'answer') new HeldSeats(localStorage).forget(kept.token);
    this.key.forget();
  }

  private keep(token: string): void {
    const former = this.key.read()?.token ?? null;
    this.token = token;
    this.key.keep({ hearing: this.hearing, token });
    if (this.way.by === 'answer') new HeldSeats(localStorage).keep(former, token);
  }

  /** The server's clock, UTC ms; the computer's own until the first message. */
  now(): number {
    return this.wire?.clock.now(performance.now()) ?? Date.now();
  }

  /** Since when, UTC ms, this screen is told of nothing; `null` while its view is true. */
  lost(): number | null {
    const since = lostSince(this.link.value, this.view.value);
    return since === null ? null : this.wire?.clock.now(since) ?? null;
  }

  /** Round trip to the server in ms, or `null` while unknown. */
  roundTrip(): number | null {
    return this.wire?.clock.roundTrip() ?? null;
  }

  command(command: Command): Promise<Outcome> {
    return this.commands.give(command, (id, given) => this.wire?.send({ type: 'command', id, command: given }) ?? false);
  }

  /** Hands a paper in, in this seat's name. */
  handIn(file: Blob, title: string): Promise<Receipt> {
    return handIn(this.view.peek()?.hearing.id ?? this.hearing, this.token, file, title);
  }

  /** The lines of the minutes that changed since a revision: for the court. */
  minutes(after: number): Promise<News> {
    return news(this.view.peek()?.hearing.id ?? this.hearing, this.token, after);
  }

  /** Plays in `audio` what is being recorded of a voice. */
  listen(track: TrackId, audio: HTMLAudioElement, said: (now: Listening) => void): RecordedVoice {
    return new RecordedVoice(this.view.peek()?.hearing.id ?? this.hearing, this.token, track, audio, said);
  }

  /** What this seat missed in session, and what it may see of that. */
  missed(): Promise<Absences> {
    return absences(this.view.peek()?.hearing.id ?? this.hearing, this.token);
  }

  missedRanges(): FetchRange {
    return rangesOf(this.view.peek()?.hearing.id ?? this.hearing, () => this.token);
  }

  /** Keeps this seat's token for reading the minutes in this tab, once the hearing is over. */
  keepReading(): void {
    keepReading({ hearing: this.view.peek()?.hearing.id ?? this.hearing, token: this.token });
  }

  /** The file of an exhibit that is before this seat, or its own. */
  exhibit(sha256: string): Promise<Blob> {
    return exhibit(this.view.peek()?.hearing.id ?? this.hearing, this.token, sha256);
  }

  /** What a suspension would rest on: at the moment that was fixed, and until when, UTC ms. */
  suspension(frozen: number | null, until: number | null): Promise<Pack> {
    return pack(this.view.peek()?.hearing.id ?? this.hearing, this.token, frozen, until);
  }

  /** From now on this screen's devices are sent, in every connection to come. */
  publish(): void {
    this.publishes.value = true;
  }

  /** A desk that sends no camera plays an exhibit all the same. */
  private follow(): void {
    this.stopFollowing = effect(() => {
      const own = this.publishes.value ? local.tracks.value : [];
      const tracks = new Map([...own, ...this.played.value]);
      if (this.link.value.at === 'open') this.sending.send(tracks);
    });
  }

  /** From now on this screen shows and plays what it is given, in every connection to come. */
  receive(): void {
    if (this.receives) return;
    this.receives = true;
    this.perceiving.start();
    if (this.link.peek().at === 'open') this.receiving.open();
  }

  /** After a press of the person. */
  unblockSound(): void {
    void this.playback.unblock();
  }

  upStats(): Promise<RTCStatsReport> | null {
    return this.sending.stats();
  }

  private readonly hurry = (): void => {
    if (document.visibilityState === 'visible') this.wire?.hurry();
    // A page that rests is asked by its browser less often than it has to say so.
    else if (this.receives) void this.perceiving.look();
  };

  /** Media that find their way again find it before the link does. */
  private mediaState(which: Signal<RTCPeerConnectionState>, state: RTCPeerConnectionState): void {
    which.value = state;
    if (state === 'connected') this.wire?.hurry();
  }

  private async firstKey(): Promise<Key | null> {
    const { way } = this;
    if (way.by === 'answer' && way.answer) {
      this.hearing = way.answer.hearing;
      return this.keyOf(way.answer);
    }
    const kept = this.key.read();
    if (kept) {
      this.hearing = kept.hearing;
      return { token: kept.token };
    }
    return this.rekey();
  }

  /** A ticket lives a minute and the join may be older than that: its resume token is kept beside. */
  private keyOf(answer: JoinAnswer): Key {
    this.hearing = answer.hearing;
    this.key.forget();
    this.keep(answer.resume);
    return { ticket: answer.ticket };
  }

  /** Another way in after the key was refused. */
  private async rekey(): Promise<Key | null> {
    const { way } = this;
    if (way.by === 'answer') {
      // The ticket may have grown old while its resume token is still good.
      const kept = this.key.read();
      const unused = way.answer && kept && kept.token === way.answer.resume && !this.view.peek();
      this.key.forget();
      return unused ? { token: kept.token } : null;
    }
    this.key.forget();
    const answer = await api.join(way.by === 'hearing' ? { hearing: way.hearing } : { device: way.device });
    this.hearing = answer.hearing;
    return this.keyOf(answer);
  }

  private linkState(state: LinkState): void {
    if (state.at === 'broken' && this.lostAt === null && this.view.peek()?.me.room === 'courtroom') this.lostAt = this.now();
    if (state.at === 'broken' || state.at === 'ended') {
      this.commands.abandon();
      this.hears([]);
      this.narrow.value = [];
      this.lines.value = [];
      // Everything is new when the link is back: a try that was planned would only break it.
      this.sending.pause();
      this.receiving.pause();
    }
    if (state.at === 'ended') this.dropMedia();
    this.link.value = state;
  }

  private take(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        this.view.value = message.view;
        this.hearing = message.view.hearing.id;
        this.keep(message.resume);
        this.returned();
        break;
      case 'resumed':
        this.returned();
        break;
      case 'event':
        if (this.view.value) this.view.value = followed(this.view.value, message.changes);
        this.sealing();
        break;
      case 'transport_lost':
        if (message.transport === 'down') this.narrow.value = [];
        handOut(message, this.parts);
        break;
      case 'narrow':
        this.narrow.value = message.tracks;
        break;
      case 'levels':
        this.hears(message.seats);
        break;
      case 'lines':
        this.lines.value = message.seats;
        break;
      case 'recorder':
        this.recorder.value = message;
        break;
      case 'sealed':
        this.vault.take(message.from, message.data);
        break;
      default:
        handOut(message, this.parts);
    }
  }

  /** Who is heard now: those who were until now were heard last at this moment. */
  private hears(seats: readonly SeatId[]): void {
    const at = this.now();
    const before = this.levels.peek();
    this.levels.value = seats;
    this.heardAt.value = new Map([...this.heardAt.peek(), ...[...before, ...seats].map((seat) => [seat, at] as const)]);
  }

  /** A new connection: its media are new as well. */
  private returned(): void {
    this.toldSince.value = this.now();
    if (this.lostAt !== null) {
      this.absence.value = { from: this.lostAt, to: this.now() };
      this.lostAt = null;
    }
    // What the recorder had read back was told by a server that may be another by now; this one tells anew what it knows.
    this.recorder.value = null;
    this.sending.reset();
    this.sealing(true);
    // What the court was told of the sound was about the former connection.
    if (this.soundBlocked.peek()) this.reportSound();
    if (this.receives) this.receiving.open();
    // What is sent follows the link's state: see `follow`.
  }

  /** Follows the private room: who is in it, and whether what flows there is encrypted. `anew`: the connection is another one. */
  private sealing(anew = false): void {
    const view = this.view.peek();
    if (!view || isObserver(view.me)) return;
    if (sealingWay() === null) {
      // The others wait with what is encrypted until it is said that here it cannot be read.
      if (anew && view.rooms.mine) void this.command({ type: 'set_encryption', key: null, sends: false });
      return;
    }
    if (anew) this.vault.connected();
    this.vault.look(view);
    this.encrypts = view.rooms.mine?.encrypted ?? false;
    const attach = this.encrypts ? this.attach : null;
    this.sending.seal(attach);
    this.receiving.seal(attach);
  }

  private connect(): RTCPeerConnection {
    return this.relays.connect(this.encrypts ? configuration() : {});
  }

  private dropMedia(): void {
    this.sending.reset();
    this.receiving.close();
    this.media.value = new Map();
  }

  private reportSound(): void {
    void this.command({ type: 'report_playback', blocked: this.soundBlocked.peek() });
  }

  private blocked(blocked: boolean): void {
    this.soundBlocked.value = blocked;
    this.reportSound();
  }
}

const live = new Map<string, { session: Session; users: number }>();

/** Pages that follow each other within this time, in ms, share one seat without leaving it. */
const LINGER = 500;

/** The seat of a way in: the same for every page that asks for it until the last one is gone. */
export function acquire(way: Way): { session: Session; release: () => void } {
  const scope = scopeOf(way);
  const fresh = way.by === 'answer' && way.answer !== null;
  let entry = live.get(scope);
  const over = entry && (entry.session.link.peek().at === 'ended' || entry.session.joinError.peek() !== null);
  if (!entry || fresh || over) {
    entry?.session.leave();
    entry = { session: new Session(way), users: 0 };
    live.set(scope, entry);
    void entry.session.start();
  }
  const held = entry;
  held.users += 1;
  return {
    session: held.session,
    release: () => {
      held.users -= 1;
      setTimeout(() => {
        if (held.users > 0 || live.get(scope) !== held) return;
        live.delete(scope);
        held.session.leave();
      }, LINGER);
    },
  };
}
