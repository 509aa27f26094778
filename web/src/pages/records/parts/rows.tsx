//! Rows of the axis that are of the hearing and of no seat: states, phases, who spoke, what was shown, what happened. A
//! picture only: the list beside the picture has a line to press for each.

import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Timeline, TimelineEvent } from '../../../core/api';
import { placed } from '../../../core/player/ledger';
import { exhibitsShown, floors, procedurePhases, spoken } from '../../../core/player/rows';
import { type Span, listed, phases } from '../../../core/player/timeline';
import type { Window } from '../../../core/player/window';
import { language } from '../../../i18n';
import { clockTime } from '../../../i18n/format';
import { Icon } from '../../../ui/parts';
import { words } from '../../login/parts/words';
import { LEAD_MS } from './events';
import { eventText, isCourse, isIncident, phaseName, seatName } from './naming';
import { isIn, place, pressed } from './place';
import { texts, wording } from './words';

interface RowsProps {
  timeline: Timeline;
  window: Window;
  atMs: number;
  onSeek: (ms: number) => void;
  cursor: JSX.Element;
}

interface Item extends Span {
  readonly key: string;
  readonly text: string;
  /** What is written where there is room for little. */
  readonly short?: string;
  readonly class: string;
}

type RowProps = Omit<RowsProps, 'timeline'> & { name: string; class: string; testid: string; items: readonly Item[] };

function Row({ name, class: more, testid, items, window, atMs, onSeek, cursor }: RowProps): JSX.Element {
  const here = items.filter((one) => one.fromMs <= atMs && atMs < one.toMs).map((one) => one.key).join();
  // There may be many, and the clock runs on.
  const drawn = useMemo(() => {
    const current = here.split(',');
    return items.filter((one) => isIn(window, one)).map((one) => (
      <span key={one.key} class={current.includes(one.key) ? `${one.class} cur` : one.class} title={one.text}
        style={place(window, Math.max(one.fromMs, window.fromMs), Math.min(one.toMs, window.toMs))}>{one.short ?? one.text}</span>
    ));
  }, [items, window, here]);
  return (
    <div class={`tl-row ${more}`} data-testid={testid}>
      <p>{name}</p>
      <div onClick={(event) => { onSeek(pressed(event, window)); }}>{drawn}{cursor}</div>
    </div>
  );
}

/** What the ledger tells, reckoned once for each language. */
function useItems(timeline: Timeline): Record<'states' | 'phases' | 'speakers' | 'exhibits', readonly Item[]> {
  return useMemo(() => {
    const text = texts();
    const at = (one: Span, n: number): { key: string } & Span => ({ key: `${String(n)} ${String(one.fromMs)}`, fromMs: one.fromMs, toMs: one.toMs });
    return {
      states: phases(timeline).map((one, n) => ({ ...at(one, n), text: phaseName(one), class: one.state === 'in_session' ? 'it' : 'it none' })),
      phases: procedurePhases(timeline).map((one, n) => ({ ...at(one, n), text: one.name === undefined ? one.id : wording(one.name), class: 'it' })),
      speakers: [
        ...floors(timeline).map((one, n) => ({ ...at(one, n), text: text.floor(seatName(timeline, one.seat)), short: seatName(timeline, one.seat), class: 'floor' })),
        ...spoken(timeline).map((one, n) => ({ ...at(one, n), key: `s${String(n)}`, text: seatName(timeline, one.seat), short: '', class: 'voice' })),
      ],
      exhibits: exhibitsShown(timeline).map((one, n) => ({ ...at(one, n), text: text.exhibit(one.number, one.title), short: String(one.number), class: 'exh' })),
    };
  }, [timeline, language.value]);
}

/** The rows above the lanes. */
export function Above(props: RowsProps): JSX.Element {
  const items = useItems(props.timeline);
  return (
    <>
      {items.phases.length > 0 && <Row {...props} name={texts().phases} class="phs" testid="row-phases" items={items.phases} />}
      <Row {...props} name={texts().states} class="phs" testid="row-states" items={items.states} />
    </>
  );
}

/** The rows below the lanes. */
export function Below(props: RowsProps): JSX.Element {
  const items = useItems(props.timeline);
  return (
    <>
      {items.speakers.length > 0 && <Row {...props} name={texts().speakers} class="spk" testid="row-speakers" items={items.speakers} />}
      {items.exhibits.length > 0 && <Row {...props} name={texts().exhibits} class="exhs" testid="row-exhibits" items={items.exhibits} />}
      <Marks {...props} />
    </>
  );
}

/** Where on the row of marks was pressed: on a mark, its event. */
function markAt(event: MouseEvent & { currentTarget: EventTarget & HTMLElement }, window: Window): number {
  const mark = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-ms]') : null;
  return mark === null ? pressed(event, window) : Math.max(0, Number(mark.dataset['ms']) - LEAD_MS);
}

function Marks({ timeline, window, onSeek, cursor }: RowsProps): JSX.Element {
  const events = useMemo(() => placed(listed(timeline.events.filter((event) => isCourse(event) && event.kind !== 'spoke'))), [timeline]);
  const marks: ComponentChildren = useMemo(
    () => events.filter(({ ms }) => ms >= window.fromMs && ms <= window.toMs).map((event) => <Mark key={event.n} event={event} timeline={timeline} window={window} />),
    [events, window, language.value],
  );
  return (
    <div class="tl-row" data-testid="row-incidents">
      <p>{words().player.incidents}</p>
      <div onClick={(event) => { onSeek(markAt(event, window)); }}>{marks}{cursor}</div>
    </div>
  );
}

function Mark({ event, timeline, window }: { event: TimelineEvent; timeline: Timeline; window: Window }): JSX.Element {
  const incident = isIncident(event);
  return (
    <span class={incident ? 'inc is-incident' : 'inc'} style={{ left: place(window, event.ms).left }} data-ms={event.ms} aria-hidden="true"
      title={`${clockTime(timeline.began_utc_ms + event.ms, timeline.zone)} ${eventText(timeline, event)}`}>
      {incident && <Icon name={event.kind === 'gap' || event.kind === 'taken_up' ? 'broken' : 'alert'} size={16} />}
    </span>
  );
}
