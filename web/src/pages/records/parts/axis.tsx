//! The one axis of a record: states of the session, a lane a seat, events and incidents. Positions are set by script,
//! which the content security policy allows; nothing here is only a picture: lists and buttons say the same.

import type { JSX } from 'preact';
import type { Timeline, TimelineEvent } from '../../../core/api';
import { type Player, type PlayerState, audible } from '../../../core/player/player';
import { type Lane, type LaneSpan, laneOf, lanesOf, listed, phases, ticks, total } from '../../../core/player/timeline';
import { t } from '../../../i18n';
import { clockTime, lasted, span } from '../../../i18n/format';
import { Button, Icon } from '../../../ui/parts';
import { words } from '../../login/parts/words';
import { LEAD_MS } from './events';
import { eventText, isCourse, isIncident, laneName, lostText, phaseName } from './naming';

interface AxisProps {
  timeline: Timeline;
  player: Player;
  state: PlayerState;
}

const MOST_TICKS = 10;

function place(timeline: Timeline, fromMs: number, toMs: number): { left: string; width: string } {
  const whole = Math.max(1, timeline.duration_ms);
  return { left: `${String((fromMs / whole) * 100)}%`, width: `${String((Math.max(0, toMs - fromMs) / whole) * 100)}%` };
}

export function Axis({ timeline, player, state }: AxisProps): JSX.Element {
  const text = words().player;
  const states = phases(timeline);
  const short = timeline.duration_ms < 10 * 60_000;
  return (
    <section class="tl" aria-label={text.axis}>
      <div class="tl-row axis">
        <p><span class="ink-2">{text.inSession} <time>{span(total(states.filter((one) => one.state === 'in_session')))}</time></span></p>
        <div>
          {ticks(timeline.began_utc_ms, timeline.duration_ms, MOST_TICKS).map((at) => <time key={at} style={{ left: `clamp(1rem, ${place(timeline, at, at).left}, calc(100% - 1rem))` }}>{clockTime(timeline.began_utc_ms + at, timeline.zone, short)}</time>)}
          <input type="range" class="scrub" aria-label={text.position} aria-valuetext={clockTime(timeline.began_utc_ms + state.positionMs, timeline.zone)}
            min={0} max={timeline.duration_ms} step={1000} value={state.positionMs} onInput={(event) => { player.seek(Number(event.currentTarget.value)); }} />
        </div>
      </div>
      <div class="tl-row phs">
        <p>{text.phases}</p>
        <div onClick={(event) => { player.seek(pressed(event, timeline)); }}>
          {states.map((one, n) => (
            <span key={n} class={`${one.state === 'in_session' ? '' : 'none'}${one.fromMs <= state.positionMs && state.positionMs < one.toMs ? ' cur' : ''}`}
              style={place(timeline, one.fromMs, one.toMs)} title={phaseName(one)}>{phaseName(one)}</span>
          ))}
          <Cursor timeline={timeline} state={state} />
        </div>
      </div>
      {lanesOf(timeline).map((lane) => <LaneRow key={lane.seat} lane={lane} timeline={timeline} player={player} state={state} />)}
      <div class="tl-row">
        <p>{text.incidents}</p>
        <div onClick={(event) => { player.seek(markAt(event, timeline)); }}>
          {listed(timeline.events.filter(isCourse)).map((event) => <Mark key={event.n} event={event} timeline={timeline} />)}
          <Cursor timeline={timeline} state={state} />
        </div>
      </div>
      <p class="legend meta">
        <span class="row"><span class="swatch gap-hatch" />{text.lost}</span>
        <span class="row"><span class="swatch gap-partly" />{text.partly}</span>
        <span class="row"><span class="swatch by-law" />{text.byLaw}</span>
      </p>
    </section>
  );
}

/** Where on a row was pressed, in hearing time. */
function pressed(event: MouseEvent & { currentTarget: EventTarget & HTMLElement }, timeline: Timeline): number {
  const box = event.currentTarget.getBoundingClientRect();
  return ((event.clientX - box.left) / Math.max(1, box.width)) * timeline.duration_ms;
}

/** Where on the row of marks was pressed: on a mark, its event. */
function markAt(event: MouseEvent & { currentTarget: EventTarget & HTMLElement }, timeline: Timeline): number {
  const mark = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-ms]') : null;
  return mark === null ? pressed(event, timeline) : Math.max(0, Number(mark.dataset['ms']) - LEAD_MS);
}

/** A picture only: marks may lie close together. The list of events has a button for each. */
function Mark({ event, timeline }: { event: TimelineEvent; timeline: Timeline }): JSX.Element {
  const incident = isIncident(event);
  return (
    <span class={incident ? 'inc is-incident' : 'inc'} style={{ left: place(timeline, event.ms, event.ms).left }} data-ms={event.ms} aria-hidden="true"
      title={`${clockTime(timeline.began_utc_ms + event.ms, timeline.zone)} ${eventText(timeline, event)}`}>
      {incident && <Icon name={event.kind === 'gap' || event.kind === 'taken_up' ? 'broken' : 'alert'} size={16} />}
    </span>
  );
}

function Cursor({ timeline, state }: { timeline: Timeline; state: PlayerState }): JSX.Element {
  return <span class="cursor" style={{ left: place(timeline, state.positionMs, 0).left }} aria-hidden="true" />;
}

function LaneRow({ lane, timeline, player, state }: AxisProps & { lane: Lane }): JSX.Element {
  const text = words().player;
  const name = laneName(lane);
  const muted = state.muted.includes(lane.seat);
  const solo = state.solo.includes(lane.seat);
  const flip = (list: readonly number[]): readonly number[] => (list.includes(lane.seat) ? list.filter((seat) => seat !== lane.seat) : [...list, lane.seat]);
  return (
    <div class={audible(lane.seat, state.muted, state.solo) ? 'tl-row' : 'tl-row is-silent'} data-testid={`lane-${String(lane.seat)}`}>
      <div class="lane-head">
        <p><LaneTitle lane={lane} /></p>
        <Button size="sm" aria-pressed={muted} aria-label={text.mute(name)} testid={`lane-mute-${String(lane.seat)}`} onClick={() => { player.setSound(flip(state.muted), state.solo); }}>{text.muteShort}</Button>
        <Button size="sm" aria-pressed={solo} aria-label={text.solo(name)} testid={`lane-solo-${String(lane.seat)}`} onClick={() => { player.setSound(state.muted, flip(state.solo)); }}>{text.soloShort}</Button>
      </div>
      <div onClick={(event) => { player.seek(pressed(event, timeline)); }}>
        {laneOf(timeline, lane.tracks).map((one, n) => <LanePart key={n} part={one} timeline={timeline} />)}
        <Cursor timeline={timeline} state={state} />
      </div>
    </div>
  );
}

/** The person with the role; a point with everyone at it in the tip. */
function LaneTitle({ lane }: { lane: Lane }): JSX.Element {
  const person = lane.people[0];
  if (lane.people.length === 1 && person !== undefined && person.name === lane.label) {
    return <><b>{person.name}</b> <span class="ink-2">{t().roles[person.role]}</span></>;
  }
  const people = lane.people.map((one) => `${t().roles[one.role]} ${one.name}`).join(', ');
  return <span title={people}><b>{laneName(lane)}</b> <span class="ink-2">{people}</span></span>;
}

function LanePart({ part, timeline }: { part: LaneSpan; timeline: Timeline }): JSX.Element {
  const style = place(timeline, part.fromMs, part.toMs);
  switch (part.kind) {
    case 'recorded': return <span class="rec" style={style} />;
    case 'by_law': return <span class="gap by-law" style={style} title={`${words().player.byLaw}, ${lasted(part.toMs - part.fromMs)}`} />;
    case 'lost': case 'partly': {
      const why = lostText(part);
      return <span class={part.kind === 'lost' ? 'gap gap-hatch' : 'gap gap-partly'} style={style} title={why}><span class="sr">{why}</span></span>;
    }
  }
}
