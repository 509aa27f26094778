//! A played party in its seat: the client's own link and transports over a line that can be cut. It takes the sound that is
//! sent to it and no picture, shows nobody anything of it, and so says nothing of what it perceives.

import type { Command, Refusal, ServerMessage, TrackId, View } from '../../protocol/generated/signal';
import { Commands, type Outcome } from '../commands';
import { handOut } from '../incoming';
import { isObserver, isOfficer } from '../layout';
import { Link, type Key, type LinkState, type Socket } from '../link';
import { Receiving } from '../receiving';
import { Relays } from '../relays';
import { Sending, type Devices } from '../sending';
import { follow } from '../view';
import { Line } from './line';

/** One small picture: a dozen parties are played by one computer. Bit/s. */
const LAYERS: readonly RTCRtpEncodingParameters[] = [{ maxBitrate: 200_000 }];

export interface VisitEvents {
  view(view: View): void;
  link(state: LinkState): void;
  token(token: string): void;
  /** What it sends is not taken. */
  refused(refusal: Refusal | null): void;
}

export class Visit {
  private view: View | null = null;
  private readonly line: Line;
  private readonly link: Link;
  private readonly commands = new Commands();
  private readonly relays = new Relays();
  private readonly sending: Sending;
  private readonly receiving: Receiving;

  constructor(key: Key, private readonly devices: Devices, wire: () => Socket, private readonly events: VisitEvents) {
    this.line = new Line(wire);
    this.link = new Link(key, { connect: () => this.line.connect(), now: () => performance.now(), random: Math.random, online: () => navigator.onLine }, {
      state: (state) => this.moved(state),
      message: (message) => this.take(message),
      token: (token) => events.token(token),
      // The page knows how its parties come in again.
      rekey: () => Promise.resolve(null),
    });
    const connect = (): RTCPeerConnection => this.relays.connect();
    this.sending = new Sending({
      offer: (offer) => {
        const id = this.commands.mint();
        return this.link.send({ type: 'up_offer', id, ...offer }) ? id : null;
      },
      unpublish: (devices) => void this.command({ type: 'unpublish', devices }),
      state: () => undefined,
      refused: (refusal) => events.refused(refusal),
    }, connect, LAYERS);
    this.receiving = new Receiving({
      receive: (sealed) => void this.link.send({ type: 'receive', sealed }),
      restart: () => void this.link.send({ type: 'restart_down' }),
      answer: (offer, sdp) => void this.link.send({ type: 'down_answer', offer, sdp }),
      tracks: (tracks) => this.takesNoPicture(tracks),
      state: () => undefined,
    }, connect);
  }

  start(): void {
    this.link.start();
  }

  command(command: Command): Promise<Outcome> {
    return this.commands.give(command, (id, given) => this.link.send({ type: 'command', id, command: given }));
  }

  /** The line is cut: nobody says good-bye, and what was sent ends in the middle. */
  cut(): void {
    this.line.cut();
    this.silence();
  }

  /** There is a way again; the client comes back by itself. */
  mend(): void {
    this.line.mend();
    this.link.hurry();
  }

  /** Leaves for good and says so, as far as there is a line. */
  leave(): void {
    this.link.leave();
    this.silence();
  }

  private silence(): void {
    this.sending.reset();
    this.receiving.close();
  }

  private moved(state: LinkState): void {
    if (state.at === 'broken' || state.at === 'ended') {
      this.commands.abandon();
      this.silence();
    }
    this.events.link(state);
    if (state.at === 'open') {
      this.sending.reset();
      this.receiving.open();
      if (this.view && !isObserver(this.view.me) && !isOfficer(this.view.me)) this.sending.send(this.devices);
    }
  }

  private takesNoPicture(tracks: ReadonlyMap<TrackId, MediaStreamTrack>): void {
    const tiles = [...tracks].filter(([, media]) => media.kind === 'video').map(([track]) => ({ track, height: 0 }));
    if (tiles.length > 0) this.link.send({ type: 'tiles', tiles });
  }

  private sees(view: View): void {
    this.view = view;
    this.events.view(view);
  }

  private take(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        this.sees(message.view);
        break;
      case 'event':
        if (this.view) this.sees(follow(this.view, message.changes));
        break;
      default:
        // Of what others do and how lines are, nobody looks here.
        handOut(message, { commands: this.commands, sending: this.sending, receiving: this.receiving, relays: this.relays });
    }
  }
}
