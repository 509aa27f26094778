//! All parts of one rehearsal, played in this tab, and the list of what was done.

import { signal } from '@preact/signals';
import { api, type Hearing } from '../../../core/api';
import { t } from '../../../i18n';
import { clockTime } from '../../../i18n/format';
import { Played, type Playing } from '../../../state/played';
import { words } from '../../../ui/rehearsal';
import { cast, type Part } from './cast';

/** How long each speaks when they speak in turn, in ms. */
const TURN = 6000;
/** Most lines of the list. */
const KEPT = 100;

/** What was done, by whom it was played. Told anew in the language that is read. */
export interface Done {
  readonly at: number;
  readonly who: string;
  readonly what: () => string;
}

export interface Member {
  readonly part: Part;
  readonly played: Played;
}

const isThere = (at: Playing): boolean => at !== 'out' && at !== 'ended';

export class Company {
  readonly members: readonly Member[];
  readonly done = signal<readonly Done[]>([]);
  readonly turns = signal(false);
  private timer: ReturnType<typeof setInterval> | undefined;
  private last = -1;

  constructor(private readonly hearing: Hearing) {
    this.members = cast(hearing).map((part, nth) => ({ part, played: this.play(part, nth) }));
  }

  private play(part: Part, nth: number): Played {
    const { id, court } = this.hearing;
    return new Played({
      nth,
      scope: `rehearsal.${id}.${part.id}`,
      join: () => join(id, part),
      face: ({ stranger }) => ({
        mark: words().mark,
        role: t().roles[part.role],
        paper: words().paper,
        name: stranger ? words().stranger : part.name,
        number: stranger ? part.strange : part.number,
        clock: clockTime(Date.now(), court.zone),
      }),
    });
  }

  /** Whether anybody is in, or on the way. */
  isThere(): boolean {
    return this.members.some(({ played }) => isThere(played.at()));
  }

  note({ name, point }: Part, what: () => string): void {
    this.done.value = [{ at: Date.now(), who: point ?? name, what }, ...this.done.peek()].slice(0, KEPT);
  }

  enter({ part, played }: Member): void {
    void played.enter();
    this.note(part, () => words().entered);
  }

  leave({ part, played }: Member): void {
    played.leave();
    this.note(part, () => words().left);
  }

  /** One after the other, so that the server gives its tickets one by one. */
  enterAll(): void {
    for (const member of this.members) if (!isThere(member.played.at())) this.enter(member);
  }

  leaveAll(): void {
    this.speakInTurn(false);
    for (const member of this.members) if (isThere(member.played.at())) this.leave(member);
  }

  speakInTurn(is: boolean): void {
    this.turns.value = is;
    clearInterval(this.timer);
    for (const { played } of this.members) if (played.speaks.peek()) played.speak(false);
    if (!is) return;
    this.timer = setInterval(() => this.next(), TURN);
    this.next();
  }

  private next(): void {
    const { members } = this;
    const order = members.map((_, n) => (this.last + 1 + n) % members.length);
    const next = order.find((n) => members[n]?.played.at() === 'in');
    members.forEach(({ played }, n) => { if (n !== next && played.speaks.peek()) played.speak(false); });
    if (next === undefined) return;
    members[next]?.played.speak(true);
    this.last = next;
  }
}

/** In with nothing kept: a point as its device, a person by their code. */
async function join(hearing: string, { way }: Part): ReturnType<typeof api.join> {
  if ('point' in way) return api.rehearsalSeat(hearing, way.point);
  return api.join({ code: await codeOf(hearing, way.person), tokens: [] });
}

/** A new code ends the one before, and whoever came by it: it is made once. */
async function codeOf(hearing: string, person: string): Promise<string> {
  const place = `assize.rehearsal.${hearing}.${person}`;
  const kept = sessionStorage.getItem(place);
  if (kept !== null) return kept;
  const { code } = await api.invite(hearing, person);
  sessionStorage.setItem(place, code);
  return code;
}
