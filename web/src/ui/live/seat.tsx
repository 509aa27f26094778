//! A seat on the wall: picture, then who is there. Every state has its words.

import type { JSX } from 'preact';
import { cutInPhase } from '../../core/course';
import { placeOf } from '../../core/known';
import { isObserver } from '../../core/layout';
import { isSilenced, roomOf } from '../../core/rooms';
import { raisedBy } from '../../core/signals';
import { picturesOf } from '../../core/view';
import { t } from '../../i18n';
import type { SeatView, View } from '../../protocol/generated/signal';
import { local } from '../../state/local';
import type { Session } from '../../state/session';
import { Badge, Icon } from '../parts';
import type { Acts } from './acts';
import { words as channels } from './channels';
import { words as course } from './course/words';
import { LocalPicture, RemotePicture } from './picture';
import { words as privately } from './rooms/words';
import { Plate, Raised } from './signals/plate';
import { seatName, seatRole } from './words';

export interface SeatProps {
  session: Session;
  view: View;
  seat: SeatView;
  acts: Acts;
  large?: boolean;
}

interface Why {
  icon: string;
  head?: string;
  lines?: string[];
}

function Instead({ icon, head, lines }: Why): JSX.Element {
  return (
    <div class="empty-seat">
      <Icon name={icon} size={24} />
      {head && <p class="body strong">{head}</p>}
      {lines && <p class="meta">{lines.map((line, n) => <span key={n}>{n > 0 && <br />}{line}</span>)}</p>}
    </div>
  );
}

/** Why a seat has no picture to show. */
export function withoutPicture(view: View, seat: SeatView): Why | null {
  const words = t().seat;
  switch (placeOf(seat, view.session)) {
    case 'removed': return { icon: 'leave', head: words.removed };
    case 'waiting': return { icon: 'lock', lines: [words.waiting, words.outside] };
    case 'witness_waiting': return { icon: 'lock', lines: [words.witnessWaiting, words.outside] };
    case 'lost': return { icon: 'broken', head: words.reconnecting };
    case 'left': return { icon: 'leave', lines: [words.left] };
    case 'not_come': return { icon: 'user', lines: [words.notCome] };
    case 'absent': return { icon: 'user', lines: [words.absent] };
    case 'here': break;
  }
  if (roomOf(view, seat.seat)) return { icon: 'lock', head: privately().inPrivate, lines: [privately().notRecorded] };
  if (isSilenced(view, seat.seat)) return { icon: 'lock', lines: [privately().silenced] };
  return null;
}

/** The picture, or what stands in its place. */
function Picture({ session, view, seat }: SeatProps): JSX.Element {
  const words = t().seat;
  const mine = view.me.seat === seat.seat;
  const why = withoutPicture(view, seat);
  if (why) return <Instead {...why} />;
  if (mine && local.camera.value?.track) {
    return <LocalPicture media={local.camera.value.track} track={`${String(seat.seat).padStart(2, '0')}-camera1`} label={t().check.ownPicture} />;
  }
  const pictures = picturesOf(seat.seat, view.tracks);
  const [first] = pictures;
  if (!first) return seat.withheld ? <Instead icon="lock" lines={[course().withheld]} /> : <Instead icon="user" lines={[words.noPicture]} />;
  return <>{pictures.slice(0, 1).map((track) => <RemotePicture key={track} session={session} track={track} />)}</>;
}

export function Sounding({ session, view, seat }: SeatProps): JSX.Element | null {
  const words = t().seat;
  if (!seat.connected || seat.room !== 'courtroom' || roomOf(view, seat.seat)) return null;
  if (session.levels.value.includes(seat.seat)) return <span class="seat-tag speaking"><Icon name="speaker" size={16} />{words.speaking}</span>;
  // Whether somebody who is withheld sends sound is not told.
  if (seat.withheld) return null;
  const text = seat.locked ? words.mutedLocked : seat.muted ? words.muted
    : !seat.devices.includes('microphone') ? words.noMicrophone
    : !seat.microphone_open ? words.microphoneOff
    : view.session.state === 'held' || view.session.state === 'paused' || cutInPhase(view, seat) ? words.microphoneCut : null;
  return text === null ? null : <span class="seat-tag right"><Icon name="mic-off" size={16} />{text}</span>;
}

/**
 * Hears and sees this screen, is heard on it: the continuity of a point. A screen that sends nothing cannot tell the first two. What
 * was measured at the far end says more than that something is sent.
 */
export function Three({ view, seat, acts }: SeatProps): JSX.Element {
  const words = t().seat;
  if (acts.lost !== null) return <span class="end meta three look"><span class="mark-state" title={words.unknown}><Icon name="broken" size={16} /><span class="mark-word">{words.unknown}</span></span></span>;
  const sends = view.me.devices.length > 0;
  const found = seat.continuity?.found;
  const heard = found?.heard !== false && view.tracks.some((track) => track === `${String(seat.seat).padStart(2, '0')}-microphone`);
  const mark = (is: boolean, yes: string, no: string, word: string): JSX.Element => (
    <span class={is ? 'mark-state' : 'mark-state off'} title={is ? word : `${words.not} ${word}`}>
      <Icon name={is ? yes : no} size={16} />
      {is ? <span class="mark-word">{word}</span> : <><span class="sr">{words.not} </span><s class="mark-word">{word}</s></>}
    </span>
  );
  return (
    <span class="end meta three">
      {sends && mark(found?.hears !== false && view.heard_by.includes(seat.seat), 'ear', 'ear-off', words.hears)}
      {sends && mark(found?.sees !== false && view.seen_by.includes(seat.seat), 'eye', 'eye-off', words.sees)}
      {mark(heard, 'speaker', 'mic-off', words.isHeard)}
    </span>
  );
}

/** What is said over the foot of a picture. Of an order it is said that there is one, not what it says. */
export function Warnings({ view, seat }: { view: View; seat: SeatView }): JSX.Element | null {
  const words = t().seat;
  const [listens, speaks] = [seat.listens === 'interpretation', seat.speaks_on === 'interpretation'];
  const asks = view.session.hands.some((hand) => hand.seat === seat.seat);
  const has = view.session.floor === seat.seat;
  const pictured = seat.withheld && picturesOf(seat.seat, view.tracks).length > 0;
  const told = [seat.playback_blocked, seat.second_use, seat.off.length > 0, listens, speaks, asks, has, seat.protected, pictured];
  if (!told.includes(true)) return null;
  return (
    <p class="seat-warnings">
      {asks && <Badge icon="hand" title={course().hands.title}><span class="mark-word">{course().hands.badge}</span></Badge>}
      {has && <Badge kind="held" icon="speaker" title={course().floor.has}><span class="mark-word">{course().floor.has}</span></Badge>}
      {seat.protected && <Badge icon="lock" title={course().protectedLong}><span class="mark-word">{course().protected}</span></Badge>}
      {pictured && <Badge icon="lock" title={course().withheld}><span class="mark-word">{course().withheldShort}</span></Badge>}
      {seat.playback_blocked && <Badge kind="look" icon="ear-off" title={words.playbackBlocked}><span class="mark-word">{words.playbackBlocked}</span></Badge>}
      {(listens || speaks) && <Badge kind="plain" icon={speaks ? 'speaker' : 'ear'} title={speaks ? channels().onChannel : channels().listens}><span class="mark-word">{speaks ? channels().onChannel : channels().listens}</span></Badge>}
      {seat.off.map((off) => <Badge key={off} kind="look" icon="alert" title={words.off[off]}><span class="mark-word">{words.off[off]}</span></Badge>)}
      {seat.second_use && <Badge kind="act" icon="alert" title={words.secondUseShort}><span class="mark-word">{words.secondUseShort}</span></Badge>}
    </p>
  );
}

/** The court's acts on this seat's microphone. */
export function MicrophoneActs({ view, seat, acts }: SeatProps): JSX.Element | null {
  const words = t().acts;
  const judge = seat.people.some((person) => person.role === 'presiding_judge');
  if (seat.seat === view.me.seat || judge || seat.room !== 'courtroom' || isObserver(seat)) return null;
  const { seat: id } = seat;
  const name = seatName(seat);
  const button = (act: string, text: string, label: string, command: Parameters<Acts['give']>[0]): JSX.Element => (
    <button type="button" class="btn btn-sm" aria-label={label} title={label} data-testid={`${act}-${id}`} disabled={acts.lost !== null} onClick={() => void acts.give(command)}>{text}</button>
  );
  const may = (act: View['acts'][number]): boolean => view.acts.includes(act);
  if (!may('mute') && !may('mute_lock')) return null;
  return (
    <span class="row seat-acts end">
      {seat.muted || seat.locked
        ? may('mute') && button('act-unmute', words.unmute, words.unmuteOf(name), { type: 'unmute', seat: id })
        : may('mute') && button('act-mute', words.mute, words.muteOf(name), { type: 'mute', seat: id })}
      {seat.locked
        ? may('mute_lock') && button('act-unlock', words.unlock, words.unlockOf(name), { type: 'unlock', seat: id })
        : may('mute_lock') && button('act-mutelock', words.muteLock, words.muteLockOf(name), { type: 'mute_lock', seat: id })}
    </span>
  );
}

export function SeatTile(props: SeatProps): JSX.Element {
  const { session, view, seat, acts, large } = props;
  const speaking = session.levels.value[0] === seat.seat;
  const place = placeOf(seat, view.session);
  const lost = place === 'lost';
  const names = ['seat', large && 'seat-main', speaking && 'is-speaking', lost && 'is-lost'].filter(Boolean).join(' ');
  // Of several at a camera: what nobody has been named for.
  const nobody = raisedBy(view, seat, null);
  const raised = [...nobody, ...seat.people.flatMap((person) => raisedBy(view, seat, person))];
  const isPoint = seat.point !== null && (large || seat.people.length !== 1);
  return (
    <section class={names} aria-label={`${seatRole(seat)}: ${seatName(seat)}`} data-testid={`seat-${seat.seat}`} data-connected={seat.connected} data-place={place} data-room={seat.room}>
      {isPoint && (
        <div class={nobody.length > 0 ? 'pointname signal-cap' : 'pointname'}>
          <span class="body strong point-of">{seat.point} <Raised signals={nobody} /></span>
          {seat.point_kind && <span class="meta kind-of">{t().points[seat.point_kind]}</span>}
          {lost ? <span class="end meta three look strong"><span class="mark-state">{t().seat.lost}</span></span> : <Three {...props} />}
        </div>
      )}
      <div class="seat-pic"><Picture {...props} /><Sounding {...props} /><Warnings view={view} seat={seat} /></div>
      {isPoint ? (
        <div class="plates">
          {seat.people.map((person, n) => (
            <Plate key={n} view={view} seat={seat} person={person} acts={acts} />
          ))}
          <div class="plate plate-acts"><MicrophoneActs {...props} /></div>
        </div>
      ) : (
        <div class={raised.length > 0 ? 'seat-cap signal-cap' : 'seat-cap'}>
          <p class="who"><span class="who-role"><Raised signals={raised} /> {seatRole(seat)}{view.me.seat === seat.seat && ` · ${t().seat.me}`}</span><span class="who-name">{seatName(seat)}</span></p>
          <MicrophoneActs {...props} />
        </div>
      )}
    </section>
  );
}
