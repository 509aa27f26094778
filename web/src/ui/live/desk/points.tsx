//! The points column: each place with its picture, its line in plain words, and the acts on its microphone.

import type { JSX } from 'preact';
import { placeOf } from '../../../core/known';
import { isObserver, isOfficer } from '../../../core/layout';
import { lineOf, type LineState } from '../../../core/lines';
import { officerOf } from '../../../core/messages';
import { raisedBy } from '../../../core/signals';
import { picturesOf } from '../../../core/view';
import { t } from '../../../i18n';
import { clockTime } from '../../../i18n/format';
import type { SeatId, SeatView, View } from '../../../protocol/generated/signal';
import { Bars, Button, Icon, SectionHead } from '../../parts';
import { words as messages } from '../messages/talk';
import { RemotePicture } from '../picture';
import { MicrophoneActs, Three, Warnings, withoutPicture, type SeatProps } from '../seat';
import { Plate, Raised } from '../signals/plate';
import { seatName, seatRole } from '../words';
import { causeText, lacks, stepWord, words } from './words';

function Thumb({ session, view, seat }: SeatProps): JSX.Element {
  const [track] = withoutPicture(view, seat) ? [] : picturesOf(seat.seat, view.tracks);
  return <div class="point-thumb">{track ? <RemotePicture key={track} session={session} track={track} /> : <Icon name={withoutPicture(view, seat)?.icon ?? 'user'} size={24} />}</div>;
}

function Line({ line, lost }: { line: LineState; lost: boolean }): JSX.Element {
  const word = lost ? t().heard.unknownEach : stepWord(line);
  const weak = !lost && line.steps !== null && line.steps <= 2;
  return (
    <span class="row point-line" data-testid="line" data-steps={lost ? '' : line.steps ?? ''}>
      {!lost && line.steps !== null && <Bars steps={line.steps} label={words().line.of(word)} />}
      <span class={weak ? 'meta look strong' : 'meta'} aria-hidden={!lost && line.steps !== null ? true : undefined}>{word}</span>
    </span>
  );
}

/** What is wrong there: of the line, or of what the room sees and hears. */
function Trouble({ view, seat, line, onWrite }: { view: View; seat: SeatView; line: LineState; onWrite: (to: SeatId) => void }): JSX.Element | null {
  const { continuity: text } = words();
  const { continuity } = seat;
  const since = continuity?.broken_since_ms ?? null;
  const cause = line.steps !== null && line.steps <= 3 ? line.cause : null;
  if (since === null && !cause) return null;
  const told = cause && causeText(cause);
  const officer = officerOf(view, seat);
  return (
    <div class="point-trouble body" data-testid={`trouble-${seat.seat}`}>
      {continuity && since !== null && <p><strong>{seatName(seat)} {lacks(continuity.found)}</strong> {text.since} <time>{clockTime(since, view.hearing.zone)}</time>. {text.limit(view.procedure.limits.continuity_s)}</p>}
      {told && <p><strong>{told.effect}</strong> {told.doing}</p>}
      {officer && <p><Button size="sm" testid={`write-${officer.seat}`} aria-label={messages().writeToOf(seatName(seat))} onClick={() => onWrite(officer.seat)}>{messages().writeTo}</Button></p>}
    </div>
  );
}

/** What was measured at the far end; before anything was, what is sent. */
function Found(props: SeatProps): JSX.Element {
  const found = props.seat.continuity?.found;
  const words = t().seat;
  if (props.acts.lost !== null || !found) return <Three {...props} />;
  const marks = [['hears', 'ear', 'ear-off', words.hears], ['sees', 'eye', 'eye-off', words.sees], ['heard', 'speaker', 'mic-off', words.isHeard]] as const;
  return (
    <span class="meta three">
      {marks.map(([way, yes, no, word]) => found[way] !== null && (
        <span key={way} class={found[way] ? 'mark-state' : 'mark-state off'}><Icon name={found[way] ? yes : no} size={16} />{found[way] ? word : <><span class="sr">{words.not} </span><s>{word}</s></>}</span>
      ))}
    </span>
  );
}

function People(props: SeatProps): JSX.Element | null {
  const { view, seat, acts } = props;
  if (seat.people.length < 2) return null;
  return <div class="plates">{seat.people.map((person, n) => <Plate key={n} view={view} seat={seat} person={person} acts={acts} />)}</div>;
}

function Point({ onWrite, ...props }: SeatProps & { onWrite: (to: SeatId) => void }): JSX.Element {
  const { session, view, seat, acts } = props;
  const place = placeOf(seat, view.session);
  const line = lineOf(view, seat, session.lines.value.find((one) => one.seat === seat.seat));
  const why = withoutPicture(view, seat);
  const raised = raisedBy(view, seat, null).concat(seat.people.length === 1 ? seat.people.flatMap((person) => raisedBy(view, seat, person)) : []);
  const speaking = session.levels.value[0] === seat.seat;
  return (
    <li class={speaking ? 'point is-speaking' : 'point'} aria-label={`${seatRole(seat)}: ${seatName(seat)}`} data-testid={`seat-${seat.seat}`} data-connected={seat.connected} data-place={place} data-room={seat.room}>
      <p class="row point-head">
        <span class={raised.length > 0 ? 'body strong grow signal-cap' : 'body strong grow'}><Raised signals={raised} />{seatName(seat)}</span>
        {speaking && <Icon name="speaker" size={16} />}
        <Line line={line} lost={acts.lost !== null} />
      </p>
      <div class="point-body">
        <Thumb {...props} />
        <div class="point-facts">
          <p class="meta">{seatRole(seat)}{seat.people.length > 1 && ` · ${words().points.people(seat.people.length)}`}</p>
          {place === 'here' && !why ? <Found {...props} /> : <p class="meta">{why && [why.head, ...(why.lines ?? [])].filter(Boolean).join(' ')}</p>}
          <MicrophoneActs {...props} />
        </div>
      </div>
      <Warnings view={view} seat={seat} />
      <People {...props} />
      {acts.lost === null && <Trouble view={view} seat={seat} line={line} onWrite={onWrite} />}
    </li>
  );
}

/** Everybody but the clerk, those who only watch, and telephones that take no picture. Places never move. */
export function Points(props: Omit<SeatProps, 'seat'> & { onWrite: (to: SeatId) => void }): JSX.Element {
  const seats = props.view.seats.filter((seat) => !isObserver(seat) && !isOfficer(seat));
  const here = seats.filter((seat) => placeOf(seat, props.view.session) === 'here').length;
  return (
    <section class="points">
      <SectionHead title={words().points.title}>{props.acts.lost === null && words().points.here(here, seats.length)}</SectionHead>
      <ul>{seats.map((seat) => <Point key={seat.seat} {...props} seat={seat} />)}</ul>
    </section>
  );
}
